"""Draws frames of a dawn over mountains and a lake as PNG pictures, with nothing but Python's standard library.

python3 render.py --output DIR/frames --first 1 --last 4 --length 48

The same frame is the same picture, byte for byte, wherever it is drawn. The animation is a loop of --length frames.
A picture gets its name only when it is whole.
"""

import argparse
import math
import os
import random
import socket
import struct
import zlib

WIDTH, HEIGHT, SHORE = 480, 270, 188
# How far the view sways, in pixels of the nearest ridge.
SWAY = 46.0
# The order in which an 8 x 8 pattern of pixels is rounded up: hides the steps of smooth gradients.
DITHER = [[((x ^ y) & 1) << 5 | (y & 1) << 4 | ((x ^ y) & 2) << 2 | (y & 2) << 1 | ((x ^ y) & 4) >> 1 | (y & 4) >> 2
           for x in range(8)] for y in range(8)]

NIGHT_SKY = [(6, 10, 30), (22, 32, 72), (98, 72, 110), (190, 104, 96)]
DAWN_SKY = [(38, 74, 140), (104, 142, 196), (240, 176, 148), (255, 214, 150)]
NIGHT_RIDGE, DAWN_RIDGE = (8, 12, 26), (34, 38, 66)


class Ridge:
    """A line of hills: farther ones are paler, smoother and pass more slowly."""

    def __init__(self, seed, base, height, scale, nearness, trees=0.0):
        self.base, self.height, self.scale, self.nearness, self.trees = base, height, scale, nearness, trees
        chance = random.Random(seed)
        self.lattice = [chance.random() for _ in range(256)]

    def top(self, x):
        """The height of the skyline (in pixels from above) at a place in the landscape."""
        total, weight, step = 0.0, 0.5, x / self.scale
        for _ in range(5):
            cell = math.floor(step)
            part = step - cell
            part *= part * (3 - 2 * part)
            left, right = self.lattice[cell & 255], self.lattice[(cell + 1) & 255]
            total += weight * (left + (right - left) * part)
            weight, step = weight * 0.48, step * 2.07 + 11.3
        return self.base - self.height * total - self.tree(x)

    def tree(self, x):
        if not self.trees:
            return 0.0
        tallest, cell = 0.0, math.floor(x / 7)
        for near in (cell - 1, cell, cell + 1):
            tall = self.trees * (0.35 + 0.65 * self.lattice[(near * 37) & 255])
            away = abs(x - 7 * (near + 0.2 + 0.6 * self.lattice[(near * 91 + 5) & 255]))
            tier = tall - away * 4.6
            if tier > 0:
                tallest = max(tallest, tier - 1.6 * (tier / 4.2 % 1.0))
        return tallest


RIDGES = [
    Ridge(11, 172, 150, 170, 0.10),
    Ridge(23, 178, 118, 120, 0.24),
    Ridge(37, 184, 92, 96, 0.42),
    Ridge(41, 188, 62, 80, 0.66),
    Ridge(59, 190, 34, 110, 1.00, trees=21.0),
]


def mix(a, b, part):
    return tuple(x + (y - x) * part for x, y in zip(a, b))


def gradient(stops, part):
    place = min(max(part, 0.0), 0.9999) * (len(stops) - 1)
    return mix(stops[int(place)], stops[int(place) + 1], place - int(place))


class Moment:
    """Everything that is the same for all pixels of one frame."""

    def __init__(self, frame, length):
        turn = 2 * math.pi * (frame - 1) / length
        self.turn = turn
        self.light = 0.5 - 0.5 * math.cos(turn)
        self.view = SWAY * math.sin(turn)
        self.sun_x = WIDTH * 0.63 - self.view * 0.05
        self.sun_y = 142 - 74 * self.light
        self.sky = [mix(a, b, self.light) for a, b in zip(NIGHT_SKY, DAWN_SKY)]
        self.haze = mix(gradient(self.sky, 0.55), gradient(self.sky, 0.92), 0.35)
        self.ridge = mix(NIGHT_RIDGE, DAWN_RIDGE, self.light)

    def sky_colors(self):
        return [gradient(self.sky, (y / SHORE) ** 0.85) for y in range(SHORE)]

    def ridge_colors(self, nearness):
        """From skyline to foot the hills sink into mist."""
        own = mix(self.haze, self.ridge, 0.22 + 0.76 * nearness)
        return [mix(own, self.haze, 0.62 * (1 - 0.75 * nearness) * (y / SHORE) ** 3) for y in range(SHORE)]

    def glow(self, radius, strength):
        """A soft round light as two factors, one for the column and one for the row."""
        across = [strength * math.exp(-((x - self.sun_x) / radius) ** 2) for x in range(WIDTH)]
        down = [math.exp(-((y - self.sun_y) / radius) ** 2) for y in range(SHORE)]
        return across, down


def layers_of(moment):
    """For each column, from far to near, the skyline of each ridge; and each ridge's colors from top to bottom."""
    lines = [[ridge.top(x + 400 + moment.view * ridge.nearness) for x in range(WIDTH)] for ridge in RIDGES]
    colors = [moment.ridge_colors(ridge.nearness) for ridge in RIDGES]
    return lines, colors


def draw_land(moment):
    """The rows above the shore."""
    sky = moment.sky_colors()
    lines, colors = layers_of(moment)
    wide_x, wide_y = moment.glow(150, 0.45 + 0.55 * moment.light)
    disc_x, disc_y = moment.glow(13, 3.2)
    share = [1.0] + [0.62 * (1 - ridge.nearness) ** 1.3 for ridge in RIDGES]
    palette = [sky, *colors]
    rows = []
    for y in range(SHORE):
        row, dither = bytearray(3 * WIDTH), DITHER[y & 7]
        glow_row, disc_row = wide_y[y], disc_y[y] if disc_y[y] > 0.002 else 0.0
        for x in range(WIDTH):
            layer, edge = 0, 0.0
            for i in range(len(RIDGES), 0, -1):
                inside = y + 1 - lines[i - 1][x]
                if inside >= 1:
                    layer = i
                    break
                if inside > edge:
                    edge, edge_layer = inside, i
            red, green, blue = palette[layer][y]
            lit = glow_row * wide_x[x] * share[layer]
            red, green, blue = red + 118 * lit, green + 62 * lit, blue + 14 * lit
            if layer == 0 and disc_row:
                disc = disc_row * disc_x[x]
                red, green, blue = red + 150 * disc, green + 130 * disc, blue + 92 * disc
            if edge:
                near = palette[edge_layer][y]
                red, green, blue = red + (near[0] - red) * edge, green + (near[1] - green) * edge, blue + (near[2] - blue) * edge
            round_up = dither[x & 7] / 64
            at = 3 * x
            row[at] = min(255, int(red + round_up))
            row[at + 1] = min(255, int(green + round_up))
            row[at + 2] = min(255, int(blue + round_up))
        rows.append(row)
    draw_stars(rows, lines, moment)
    return rows


def draw_stars(rows, lines, moment):
    chance = random.Random(5)
    dark = max(0.0, 1 - 1.5 * moment.light)
    for _ in range(150):
        x, y, bright, pace = chance.randrange(WIDTH), int(120 * chance.random() ** 1.6), chance.random() ** 3, chance.randrange(1, 4)
        if y + 2 < min(line[x] for line in lines):
            twinkle = 0.75 + 0.25 * math.sin(pace * moment.turn + 40 * bright)
            add = int(215 * dark * twinkle * (0.15 + 0.85 * bright) * (1 - y / 140))
            for at in range(3 * x, 3 * x + 3):
                rows[y][at] = min(255, rows[y][at] + add)


def draw_lake(land, moment):
    """The rows below the shore: the land upside down, broken by ripples that widen towards the viewer."""
    tables = [bytes(min(255, int(value * gain + lift)) for value in range(256)) for gain, lift in ((0.66, 2), (0.72, 6), (0.80, 14))]
    rows = []
    for y in range(SHORE, HEIGHT):
        depth = (y - SHORE) / (HEIGHT - SHORE)
        ripple = (0.3 + 5.0 * depth) * math.sin(46 / (depth + 0.22) + 3 * moment.turn) + 2.2 * depth * math.sin(y * 1.9 - 2 * moment.turn)
        source = land[min(SHORE - 1, max(0, int(SHORE - 1 - (y - SHORE) * 1.75 + ripple)))]
        shift = 3 * int((0.5 + 4 * depth) * math.sin(y * 0.83 + 2 * moment.turn))
        row = source[-shift:] + source[:-shift] if shift else bytearray(source)
        edge = abs(shift)
        if shift > 0:
            row[:edge] = source[:3] * (edge // 3)
        elif shift < 0:
            row[len(row) - edge:] = source[-3:] * (edge // 3)
        for channel, table in enumerate(tables):
            row[channel::3] = row[channel::3].translate(table)
        rows.append(row)
    return rows


def png(rows):
    """The picture as PNG bytes; each row says its differences from the one above, which packs best."""
    raw, above = bytearray(), bytes(3 * WIDTH)
    for row in rows:
        raw.append(2)
        raw += bytes((a - b) & 255 for a, b in zip(row, above))
        above = row

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(raw), 9)) + chunk(b"IEND", b"")


def draw(frame, length):
    moment = Moment(frame, length)
    land = draw_land(moment)
    return png(land + draw_lake(land, moment))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True, help="folder of the pictures")
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--last", type=int, required=True)
    parser.add_argument("--length", type=int, required=True, help="frames of the whole loop")
    wanted = parser.parse_args()
    if wanted.last < wanted.first or wanted.length < 1:
        parser.error(f"no frames from {wanted.first} to {wanted.last} in a loop of {wanted.length}")

    os.makedirs(wanted.output, exist_ok=True)
    for frame in range(wanted.first, wanted.last + 1):
        name = f"frame.{frame:04}.png"
        partial = os.path.join(wanted.output, f".partial-{socket.gethostname()}-{os.getpid()}-{name}")
        with open(partial, "wb") as file:
            file.write(draw(frame, wanted.length))
        os.replace(partial, os.path.join(wanted.output, name))
        print(f"picture: {os.path.join(wanted.output, name)}", flush=True)
        print(f"PROGRESS: {100 * (frame - wanted.first + 1) // (wanted.last - wanted.first + 1)}%", flush=True)


if __name__ == "__main__":
    main()
