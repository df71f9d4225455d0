"""Makes a movie of numbered frames: movie.mp4 by ffmpeg, or, where ffmpeg is missing, movie.png, an animated PNG.

python3 movie.py --frames DIR/frames --first 1 --last 48 --output DIR

A missing frame fails the movie; it never gets shorter in silence.
"""

import argparse
import glob
import os
import shutil
import struct
import subprocess
import sys
import zlib

FRAMES_PER_SECOND = 24
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# More names than this tell the reader nothing new.
MISSING_NAMED_MAX = 10


class BadFrame(Exception):
    pass


def chunks(path):
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(PNG_SIGNATURE):
        raise BadFrame(f"{path} is not a PNG picture")
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        yield kind, content[at + 8:at + 8 + length]
        at += 12 + length


def animated_png(frames, output):
    """The frames' own compressed pixels, one after the other, in one file that browsers play."""

    def write(kind, body):
        file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))

    header, sequence = None, 0
    with open(output, "wb") as file:
        file.write(PNG_SIGNATURE)
        for number, path in enumerate(frames):
            found = list(chunks(path))
            own_header = next((body for kind, body in found if kind == b"IHDR"), None)
            if not found or own_header is None or found[-1][0] != b"IEND":
                raise BadFrame(f"{path} is cut short")
            if header is None:
                header = own_header
                write(b"IHDR", header)
                write(b"acTL", struct.pack(">II", len(frames), 0))
            elif own_header != header:
                raise BadFrame(f"{path} has another size or kind of pixels than {frames[0]}")
            width, height = struct.unpack_from(">II", header)
            write(b"fcTL", struct.pack(">IIIIIHHBB", sequence, width, height, 0, 0, 1, FRAMES_PER_SECOND, 0, 0))
            sequence += 1
            for kind, body in found:
                if kind == b"IDAT" and number == 0:
                    write(b"IDAT", body)
                elif kind == b"IDAT":
                    write(b"fdAT", struct.pack(">I", sequence) + body)
                    sequence += 1
            print(f"PROGRESS: {100 * (number + 1) // len(frames)}%", flush=True)
        write(b"IEND", b"")


def mp4(frames_folder, first, count, output):
    """True when ffmpeg made the movie; what it had to say is on the standard error."""
    command = [
        "ffmpeg", "-y", "-nostdin", "-loglevel", "error", "-framerate", str(FRAMES_PER_SECOND), "-start_number", str(first),
        "-i", os.path.join(frames_folder, "frame.%04d.png"), "-frames:v", str(count),
        "-c:v", "libx264", "-preset", "slow", "-crf", "16", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", output,
    ]
    return subprocess.run(command, check=False).returncode == 0


def make(wanted):
    numbers = range(wanted.first, wanted.last + 1)
    frames = [os.path.join(wanted.frames, f"frame.{number:04}.png") for number in numbers]
    missing = [path for path in frames if not os.path.isfile(path)]
    if missing:
        more = f" and {len(missing) - MISSING_NAMED_MAX} more" if len(missing) > MISSING_NAMED_MAX else ""
        raise BadFrame(f"{len(missing)} of {len(frames)} frames are missing: {', '.join(missing[:MISSING_NAMED_MAX])}{more}")

    # All frames are there, so nothing draws any more: what is left unfinished belongs to renders that were killed.
    for left in glob.glob(os.path.join(glob.escape(wanted.frames), ".partial-*")):
        os.remove(left)

    os.makedirs(wanted.output, exist_ok=True)
    partial = os.path.join(wanted.output, f".partial-{os.getpid()}-movie")
    name = "movie.mp4"
    if shutil.which("ffmpeg") is None or not mp4(wanted.frames, wanted.first, len(frames), partial):
        if wanted.mp4_only:
            raise BadFrame("ffmpeg is missing, or could not make the movie; its words stand above")
        print("no mp4 movie without a working ffmpeg: making an animated PNG", flush=True)
        name = "movie.png"
        animated_png(frames, partial)
    movie = os.path.join(wanted.output, name)
    os.replace(partial, movie)
    print(f"movie: {movie}", flush=True)
    print("PROGRESS: 100%", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", required=True, help="folder of the pictures")
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--last", type=int, required=True)
    parser.add_argument("--output", required=True, help="folder of the movie")
    parser.add_argument("--mp4-only", action="store_true", help="fail, rather than make an animated PNG, without ffmpeg")
    try:
        make(parser.parse_args())
    except BadFrame as problem:
        sys.exit(f"movie: {problem}")


if __name__ == "__main__":
    main()
