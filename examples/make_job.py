#!/usr/bin/env python3
"""Writes one of the example jobs as JSON: frames are rendered, then a movie is made of them.

python3 examples/make_job.py --output DIR [--frames 48] [--user NAME] blender|python > job.json
"""

import argparse
import getpass
import json
import os
import shlex
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Blender takes seconds to start, so a task renders several frames.
FRAMES_PER_TASK = 4
# What picture names with four digits and one short loop ask for.
FRAMES_MAX = 1000


def command(*words):
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def python():
    return "python" if os.name == "nt" else "python3"


def frames_block(service, frames, folder, call, **more):
    """The tasks are cut from the range; the farm puts first and last frame of each task in place of the @###@."""
    return {
        "name": "frames",
        "service": service,
        "flags": 1,
        "frame_first": 1,
        "frame_last": frames,
        "frames_per_task": FRAMES_PER_TASK,
        "command": f"{call} --first @#@ --last @#@",
        "files": [os.path.join(folder, "frame.@####@.png")],
        **more,
    }


def single_block(name, service, call, made, **more):
    return {"name": name, "service": service, "tasks": [{"name": name, "command": call, "files": made}], "command": "@#@", **more}


def blender_blocks(output, frames):
    scene, folder = os.path.join(output, "scene.blend"), os.path.join(output, "frames")
    scripts = os.path.join(HERE, "frames-blender")
    blender = ("blender", "--background")
    strict = ("--python-exit-code", "7")
    build = command(*blender, "--factory-startup", *strict, "--python", os.path.join(scripts, "scene.py"),
                    "--", "--output", scene, "--frames", str(frames))
    render = command(*blender, scene, *strict, "--python", os.path.join(scripts, "render.py"), "--", "--output", folder)
    return [
        single_block("scene", "blender", build, [scene]),
        frames_block("blender", frames, folder, render, depend_mask="scene"),
        movie_block("ffmpeg", output, frames, "--mp4-only"),
    ]


def python_blocks(output, frames):
    folder = os.path.join(output, "frames")
    render = command(python(), os.path.join(HERE, "frames-python", "render.py"), "--output", folder, "--length", str(frames))
    return [frames_block("python", frames, folder, render), movie_block("python", output, frames)]


def movie_block(service, output, frames, *options):
    folder = os.path.join(output, "frames")
    call = command(python(), os.path.join(HERE, "movie.py"), "--frames", folder, "--first", "1", "--last", str(frames),
                   "--output", output, *options)
    return single_block("movie", service, call, [os.path.join(output, "movie.mp4")], depend_mask="frames")


def main():
    parser = argparse.ArgumentParser(description="Writes an example job as JSON, for afcmd submit.")
    parser.add_argument("kind", choices=["blender", "python"], help="what renders the frames")
    parser.add_argument("--output", required=True, help="folder for the pictures and the movie, the same on all machines")
    parser.add_argument("--frames", type=int, default=48, help="length of the movie, 48 unless told")
    parser.add_argument("--user", default=None, help="whose job it is, you unless told")
    wanted = parser.parse_args()
    if not 1 <= wanted.frames <= FRAMES_MAX:
        parser.error(f"--frames must be 1 to {FRAMES_MAX}, was {wanted.frames}")
    output = os.path.abspath(wanted.output)
    if "@" in output or "@" in HERE:
        parser.error("a folder with an @ in its path cannot be used: the farm reads @#@ as a frame number")

    blocks = {"blender": blender_blocks, "python": python_blocks}[wanted.kind](output, wanted.frames)
    job = {
        "name": {"blender": "armillary sphere", "python": "dawn over the lake"}[wanted.kind],
        "user_name": wanted.user or getpass.getuser(),
        "host_name": socket.gethostname(),
        "folders": {"output": output},
        "blocks": blocks,
    }
    json.dump(job, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
