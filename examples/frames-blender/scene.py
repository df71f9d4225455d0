"""Builds the example scene, an armillary sphere that turns in studio light, and saves it as a .blend file.

blender --background --factory-startup --python-exit-code 7 --python scene.py -- --output DIR/scene.blend --frames 48

Everything is made here, so no binary file has to be kept. Works with Blender 3.4 and later. The animation is a loop:
every part makes whole symmetric turns, so the last frame leads into the first.
"""

import argparse
import math
import os
import sys

import bpy

WIDTH, HEIGHT, FRAMES_PER_SECOND = 320, 180, 24
SAMPLES = 20


def arguments():
    parser = argparse.ArgumentParser(prog="scene.py")
    parser.add_argument("--output", required=True, help="the .blend file to write")
    parser.add_argument("--frames", type=int, default=48, help="length of the loop")
    own = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    return parser.parse_args(own)


def material(name, color, metallic=0.0, roughness=0.5):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*color, 1.0)
    shader.inputs["Metallic"].default_value = metallic
    shader.inputs["Roughness"].default_value = roughness
    return made


def glow(name, color, strength):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    nodes.remove(nodes["Principled BSDF"])
    shader = nodes.new("ShaderNodeEmission")
    shader.inputs["Color"].default_value = (*color, 1.0)
    shader.inputs["Strength"].default_value = strength
    links.new(shader.outputs["Emission"], nodes["Material Output"].inputs["Surface"])
    not_a_lamp(made)
    return made


def matte(name, color, ambient):
    """A surface without highlights, whose own faint light stands in for bounced light: cheap, and free of noise."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    nodes.remove(nodes["Principled BSDF"])
    diffuse, emission, both = (nodes.new(f"ShaderNode{kind}") for kind in ("BsdfDiffuse", "Emission", "AddShader"))
    diffuse.inputs["Color"].default_value = (*color, 1.0)
    emission.inputs["Color"].default_value = (*ambient, 1.0)
    links.new(diffuse.outputs[0], both.inputs[0])
    links.new(emission.outputs[0], both.inputs[1])
    links.new(both.outputs[0], nodes["Material Output"].inputs["Surface"])
    not_a_lamp(made)
    return made


def not_a_lamp(made):
    """Lamps light the scene; glowing surfaces that are sampled as lights too would only add noise."""
    if hasattr(made.cycles, "emission_sampling"):
        made.cycles.emission_sampling = "NONE"
    else:
        made.cycles.sample_as_light = False


def thing(name, mesh, surface, smooth=True, bevel=0.0):
    mesh.materials.append(surface)
    for polygon in mesh.polygons:
        polygon.use_smooth = smooth
    made = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(made)
    if bevel:
        rounded = made.modifiers.new("round edges", "BEVEL")
        rounded.width, rounded.segments, rounded.harden_normals = bevel, 3, False
        rounded.limit_method = "ANGLE"
    return made


def revolved(name, profile, closed, segments=128):
    """The mesh that a profile of (radius, height) points makes when it turns around the vertical axis."""
    count = len(profile)
    points = [
        (radius * math.cos(turn), radius * math.sin(turn), height)
        for turn in (2 * math.pi * s / segments for s in range(segments))
        for radius, height in profile
    ]
    faces = [
        (s * count + i, (s + 1) % segments * count + i, (s + 1) % segments * count + (i + 1) % count, s * count + (i + 1) % count)
        for s in range(segments)
        for i in range(count if closed else count - 1)
    ]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    mesh.validate()
    mesh.update()
    return mesh


def drawn_out(name, profile, reach):
    """The mesh that a profile of (depth, height) points makes when it is drawn out to both sides."""
    points = [(side * reach, depth, height) for depth, height in profile for side in (-1, 1)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points, [], faces)
    mesh.update()
    return mesh


def band(name, radius, width, thickness, surface):
    half_width, half_thickness = width / 2, thickness / 2
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    profile = [(radius + x * half_thickness, y * half_width) for x, y in corners]
    return thing(name, revolved(name, profile, closed=True), surface, smooth=False, bevel=thickness * 0.2)


def ball(name, radius, surface, rings=32):
    profile = [
        (max(1e-4, radius * math.sin(math.pi * i / rings)), -radius * math.cos(math.pi * i / rings)) for i in range(rings + 1)
    ]
    return thing(name, revolved(name, profile, closed=False, segments=64), surface)


def turn(made, axis, turns, last):
    """Turns evenly around one axis of the object, once around the loop for each turn."""
    made.keyframe_insert("rotation_euler", index=axis, frame=1)
    made.rotation_euler[axis] += 2 * math.pi * turns
    made.keyframe_insert("rotation_euler", index=axis, frame=last + 1)
    made.rotation_euler[axis] -= 2 * math.pi * turns
    linear(made)


def linear(made):
    for curve in curves_of(made.animation_data.action):
        for key in curve.keyframe_points:
            key.interpolation = "LINEAR"


def curves_of(action):
    """The curves of an action; Blender 4.4 and later keep them one layer deeper."""
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    return [curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves]


def area_light(name, place, target, size, power, color):
    lamp = bpy.data.lights.new(name, "AREA")
    lamp.shape, lamp.size, lamp.size_y = "RECTANGLE", size[0], size[1]
    lamp.energy, lamp.color = power, color
    made = bpy.data.objects.new(name, lamp)
    made.location = place
    look_at(made, target)
    bpy.context.collection.objects.link(made)
    return made


def look_at(made, target):
    aim = made.constraints.new("TRACK_TO")
    aim.target, aim.track_axis, aim.up_axis = target, "TRACK_NEGATIVE_Z", "UP_Y"


def empty(name, place):
    made = bpy.data.objects.new(name, None)
    made.location = place
    bpy.context.collection.objects.link(made)
    return made


def build_studio(centre):
    """A seamless backdrop (a floor that bends up into a wall), and three soft lights: warm key, cool rim, low fill."""
    bend = [(14 + 3 * math.sin(a), 3 - 3 * math.cos(a)) for a in (math.pi / 2 * i / 12 for i in range(13))]
    profile = [(-16.0, 0.0), *bend, (17.0, 16.0)]
    thing("backdrop", drawn_out("backdrop", profile, 26.0), matte("backdrop", (0.06, 0.10, 0.14), (0.0015, 0.003, 0.0055)))

    area_light("key", (-4.5, -4.0, 6.5), centre, (3.5, 3.5), 620, (1.0, 0.80, 0.58))
    area_light("rim", (5.5, 4.0, 4.5), centre, (2.0, 5.0), 760, (0.42, 0.68, 1.0))
    area_light("fill", (5.0, -6.0, 1.8), centre, (4.0, 2.0), 110, (0.95, 0.62, 0.66))

    world = bpy.data.worlds.new("studio")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.10, 0.17, 0.25, 1.0)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.35
    bpy.context.scene.world = world


def build_stand(gold):
    slate = material("slate", (0.02, 0.024, 0.03), roughness=0.28)
    foot = [(1e-3, 0.0), (1.15, 0.0), (1.15, 0.10), (1.02, 0.16), (0.98, 0.30), (1e-3, 0.30)]
    thing("foot", revolved("foot", foot, closed=False), slate, smooth=False, bevel=0.02)
    stem = [(0.62, 0.30), (0.62, 0.35), (0.30, 0.42), (0.16, 0.60), (0.12, 0.78), (0.16, 0.86), (0.10, 0.92), (0.10, 1.06)]
    thing("stem", revolved("stem", stem, closed=False), gold, bevel=0.01)


def build_sphere(last, gold):
    """Nested bands, each in its own metal and at its own pace, around a glowing heart."""
    copper = material("copper", (0.85, 0.33, 0.17), metallic=1.0, roughness=0.22)
    steel = material("steel", (0.62, 0.68, 0.74), metallic=1.0, roughness=0.20)
    enamel = material("enamel", (0.01, 0.16, 0.22), metallic=0.2, roughness=0.12)

    middle = empty("middle", (0, 0, 2.55))
    meridian = band("meridian", 1.50, 0.20, 0.07, gold)
    meridian.rotation_euler = (math.pi / 2, 0, math.radians(32))
    horizon = band("horizon", 1.63, 0.16, 0.06, enamel)
    rings = [
        ("outer", 1.34, 0.15, steel, (0.55, 0.0, 0.3), 0, 0.5),
        ("ecliptic", 1.15, 0.22, copper, (0.9, 0.35, 0.0), 1, -1.0),
        ("inner", 0.95, 0.12, gold, (0.2, 1.1, 0.5), 0, 1.0),
    ]
    for name, radius, width, surface, tilt, axis, turns in rings:
        ring = band(name, radius, width, 0.055, surface)
        ring.rotation_euler = tilt
        ring.parent = middle
        turn(ring, axis, turns, last)
    for fixed in (meridian, horizon):
        fixed.parent = middle

    heart = ball("heart", 0.40, glow("heart", (1.0, 0.47, 0.13), 5.5))
    heart.parent = middle
    heart.visible_shadow = heart.visible_glossy = False
    lamp = bpy.data.lights.new("heart", "POINT")
    lamp.energy, lamp.color, lamp.shadow_soft_size = 110, (1.0, 0.55, 0.22), 0.40
    light = bpy.data.objects.new("heart light", lamp)
    light.parent = middle
    bpy.context.collection.objects.link(light)

    orbit = empty("orbit", (0, 0, 0))
    orbit.parent = middle
    orbit.rotation_euler = (math.radians(24), 0, math.radians(200))
    moon = ball("moon", 0.13, material("moon", (0.9, 0.9, 0.88), roughness=0.35))
    moon.location = (0.68, 0, 0)
    moon.parent = orbit
    turn(orbit, 2, 1.0, last)
    return middle


def build_camera(middle, last):
    """A slow sway around the sphere: it comes back to where it began."""
    pivot = empty("pivot", (0, 0, 0))
    target = empty("target", (0, 0, 2.12))
    lens = bpy.data.cameras.new("camera")
    lens.lens = 45
    lens.dof.use_dof, lens.dof.focus_object, lens.dof.aperture_fstop = True, middle, 0.9
    camera = bpy.data.objects.new("camera", lens)
    camera.parent = pivot
    look_at(camera, target)
    bpy.context.collection.objects.link(camera)
    for frame in range(1, last + 2):
        phase = 2 * math.pi * (frame - 1) / last
        pivot.rotation_euler[2] = math.radians(14) * math.sin(phase)
        camera.location = (0, -9.0 - 0.45 * math.cos(phase), 3.15 + 0.45 * math.cos(phase))
        pivot.keyframe_insert("rotation_euler", index=2, frame=frame)
        camera.keyframe_insert("location", frame=frame)
    bpy.context.scene.camera = camera


def set_up_render(last):
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, last
    scene.render.fps = FRAMES_PER_SECOND
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = WIDTH, HEIGHT, 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.use_persistent_data = True
    scene.view_settings.view_transform = "Filmic"

    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = SAMPLES
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = False  # Debian's Blender has no denoiser; soft light and few bounces keep the noise low without it.
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 0, 3
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 2.0
    cycles.blur_glossy = 1.0
    cycles.light_sampling_threshold = 0.05
    cycles.filter_width = 1.8
    scene.world.cycles.sampling_method = "NONE"  # one even colour: nothing to aim at
    cycles.seed = 1


def main():
    wanted = arguments()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    gold = material("gold", (1.0, 0.66, 0.26), metallic=1.0, roughness=0.24)
    build_stand(gold)
    middle = build_sphere(wanted.frames, gold)
    build_studio(middle)
    build_camera(middle, wanted.frames)
    set_up_render(wanted.frames)

    output = os.path.abspath(wanted.output)
    os.makedirs(os.path.dirname(output), exist_ok=True)
    partial = f"{output}.partial-{os.getpid()}"
    bpy.ops.wm.save_as_mainfile(filepath=partial, check_existing=False, copy=True)
    os.replace(partial, output)
    print(f"scene: {output}", flush=True)
    print("PROGRESS: 100%", flush=True)


main()
