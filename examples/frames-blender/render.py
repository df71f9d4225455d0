"""Renders frames of the open scene; a picture gets its name only when it is whole.

blender --background DIR/scene.blend --python-exit-code 7 --python render.py -- --output DIR/frames --first 1 --last 8
"""

import argparse
import os
import socket
import sys

import bpy


def arguments():
    parser = argparse.ArgumentParser(prog="render.py")
    parser.add_argument("--output", required=True, help="folder of the pictures")
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--last", type=int, required=True)
    own = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    return parser.parse_args(own)


def main():
    wanted = arguments()
    folder = os.path.abspath(wanted.output)
    os.makedirs(folder, exist_ok=True)
    scene = bpy.context.scene
    count = wanted.last - wanted.first + 1
    for done, frame in enumerate(range(wanted.first, wanted.last + 1), start=1):
        name = f"frame.{frame:04}.png"
        partial = os.path.join(folder, f".partial-{socket.gethostname()}-{os.getpid()}-{name}")
        scene.frame_set(frame)
        scene.render.filepath = partial
        bpy.ops.render.render(write_still=True)
        os.replace(partial, os.path.join(folder, name))
        print(f"picture: {os.path.join(folder, name)}", flush=True)
        print(f"PROGRESS: {100 * done // count}%", flush=True)


main()
