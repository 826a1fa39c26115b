// The studio: light, shadow, film. Soft vinyl toys are photographed here.
//
// The studio stands still and the avatar turns in it (`turn`), so light, softboxes and shadow are constants here. Everything is
// computed in linear light and premultiplied, for four samples of each pixel; `encode` averages them and makes sRGB once.
// Masks come from `paint` (vertex attributes), never from places in space, because everything morphs.

struct Globals {
    view: mat4x4f,          // studio -> clip
    turn: mat4x4f,          // avatar -> studio
    shadow_view: mat4x4f,   // studio -> the key light's shadow map
    eye: vec4f,             // camera in the studio; w: how far off the surface shadows are looked up
    taps: array<vec4f, 32>, // xy: offsets of shadow taps in the map; each of a pixel's four samples has TAPS of its own
}

// How often one sample looks into the shadow map; a constant of the pipeline, because software unrolls the loop then.
override TAPS: u32 = 6u;

// Whether fragments that a hat or a scarf covers are left out (paint.w above one half).
override COVERED: bool = false;

struct Material {
    color: vec4f,   // rgb linear; a: opacity (lens)
    accent: vec4f,  // rgb linear; a: strength (skin: lips; eye: iris)
    surface: vec4f, // roughness, coat, rim, subsurface
    more: vec4f,    // sheen, blush, metal, unused
    marks: vec4f,   // freckles, wrinkles, unused, unused
}

@group(0) @binding(0) var<uniform> globals: Globals;
@group(0) @binding(1) var<uniform> materials: array<Material, 64>;
@group(0) @binding(2) var shadow_map: texture_depth_2d;
@group(0) @binding(3) var shadow_sampler: sampler_comparison;

struct Vertex {
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    @location(3) paint: vec4f,
    @location(4) part: vec4u,
    @builtin(instance_index) material: u32,
}

struct Point {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    @location(3) paint: vec4f,
    @location(4) @interpolate(flat) material: u32,
}

// What light meets at a point.
struct Surface {
    color: vec3f,
    roughness: f32,
    coat: f32,        // strength of a glossy clear layer
    rim: f32,         // strength of the light from behind
    wrap: vec3f,      // how far light reaches around, per channel: the softness of skin
    tint: f32,        // 0..1: shade and occlusion turn into the colour's own warmth instead of grey
    occlusion: f32,   // 1 is open
    gloss: vec3f,     // how much of the studio the surface mirrors, against what its roughness gives
    metal: f32,
    glow: vec3f,      // added as it is
}

// ---------------------------------------------------------------- the studio

const KEY_DIRECTION = vec3f(-0.43259, 0.69215, 0.57783);
const KEY_COLOR = vec3f(1.375, 1.285, 1.225);
const FILL_DIRECTION = vec3f(0.76822, 0.10975, 0.63072);
const FILL_COLOR = vec3f(0.215, 0.232, 0.262);
const BACK_DIRECTION = vec3f(0.61494, 0.38434, -0.68856);
const BACK_COLOR = vec3f(1.55, 1.50, 1.46);
const SIDE_DIRECTION = vec3f(-0.80178, 0.26726, -0.53452);
const SIDE_COLOR = vec3f(0.72, 0.68, 0.66);
const SKY_COLOR = vec3f(0.405, 0.415, 0.435);
const GROUND_COLOR = vec3f(0.225, 0.175, 0.155);
const MAP_STRETCH = 0.0529; // (2.3 / 10)^2: the shadow map's half width against the depth it holds, squared
const EXPOSURE = 1.0;
const BACK = -0.35;  // normals that look away from the eye by more than this (as a dot product) belong to the back of a shell
const SHOULDER = 0.60; // how bright before light is bent

// A rectangular softbox as seen along a reflected ray; x, y, z are its own axes, z points at it.
fn softbox(ray: vec3f, x: vec3f, y: vec3f, z: vec3f, half_size: vec2f, softness: f32) -> f32 {
    let depth = dot(ray, z);
    let place = vec2f(dot(ray, x), dot(ray, y)) / max(depth, 0.05);
    let edge = abs(place) - half_size;
    let inside = smoothstep(vec2f(softness), vec2f(-softness), edge);
    return select(0.0, inside.x * inside.y, depth > 0.05);
}

// The studio mirrored in a surface of this roughness.
fn studio(ray: vec3f, roughness: f32) -> vec3f {
    let softness = 0.05 + roughness * 0.9;
    let room = mix(vec3f(0.13, 0.105, 0.10), vec3f(0.56, 0.60, 0.68), smoothstep(-0.7 - roughness, 0.9 + roughness, ray.y));
    let dim = 1.0 / (1.0 + 4.0 * roughness);
    let key = softbox(ray, vec3f(0.72361, 0.0, 0.69021), vec3f(0.38337, 0.83156, -0.40192), vec3f(-0.57395, 0.55544, 0.60172),
        vec2f(0.34, 0.42), softness) / (1.0 + 5.0 * roughness);
    let strip = softbox(ray, vec3f(0.34571, 0.0, -0.93834), vec3f(-0.22495, 0.97084, -0.08288), vec3f(0.91098, 0.23973, 0.33562),
        vec2f(0.16, 0.7), softness) * dim;
    let top = softbox(ray, vec3f(-0.98058, 0.0, -0.19612), vec3f(-0.17472, 0.45426, 0.87358), vec3f(0.08909, 0.89087, -0.44544),
        vec2f(0.6, 0.25), softness) * dim;
    return room + vec3f(3.3, 3.12, 2.85) * key + vec3f(1.3, 1.45, 1.7) * strip + vec3f(1.6) * top;
}

// Lambert's cosine, wrapped around by a different amount per channel: red light travels farthest through skin.
fn wrapped(cosine: f32, wrap: vec3f) -> vec3f {
    let t = clamp((vec3f(cosine) + wrap) / (1.0 + wrap), vec3f(0.0), vec3f(1.0));
    return t * (0.45 + 0.55 * t);
}

// Reach of the shadow map in the studio, and of its depth: `renderer._shadow_view` knows them too.
const MAP_WIDTH = 4.6;
const MAP_DEPTH = 10.0;

// How much of the key light arrives at a place of the studio: 0 to 1, with a wide soft edge, `softness` times as wide as usual.
// `clip` is where the sample lies.
fn lit(position: vec3f, normal: vec3f, clip: vec4f, softness: f32) -> f32 {
    let place = (globals.shadow_view * vec4f(position + normal * globals.eye.w, 1.0)).xyz;
    let uv = place.xy * vec2f(0.5, -0.5) + 0.5;
    // How fast the surface itself goes away from the light across the map: a wide disc must not find the surface's own slope.
    let across = (globals.shadow_view * vec4f(normal, 0.0)).xyz;
    let slope = clamp(across.xy * MAP_STRETCH / max(-across.z, 0.02), vec2f(-0.3), vec2f(0.3)) * vec2f(-2.0, 2.0);
    let corner = vec2u(clip.xy) & vec2u(1u);
    let first = (corner.x + 2u * corner.y) * TAPS;
    var sum = vec4f(0.0);
    for (var i = 0u; i < TAPS; i++) {
        // Four texels for the price of one; their blocks lie so scattered that no edge of them is seen.
        let step = globals.taps[first + i].xy * softness;
        sum += textureGatherCompare(shadow_map, shadow_sampler, uv + step, place.z + dot(slope, step) - 0.0016);
    }
    // What the map does not hold is lit.
    let outside = any(abs(place.xy) > vec2f(0.98));
    return select(dot(sum, vec4f(0.25)) / f32(TAPS), 1.0, outside);
}

fn key_light(point: Point, normal: vec3f) -> f32 {
    return lit(point.position, normal, point.clip, 1.0);
}

// Occlusion per channel: light that bounces about in a crease takes on its colour.
fn bounced(open: f32, color: vec3f) -> vec3f {
    let a = 2.0404 * color - 0.3324;
    let b = -4.7951 * color + 0.6417;
    let c = 2.7552 * color + 0.6903;
    return max(vec3f(open), ((open * a + b) * open + c) * open);
}

// A colour at its most vivid: the brightest channel full.
fn vivid(color: vec3f) -> vec3f {
    return color / max(max(color.r, color.g), max(color.b, 1e-3));
}

// The highlight of the key light in a surface of this roughness, as Karis approximates the one of Cook and Torrance for phones
// ("Optimizing PBR for Mobile", SIGGRAPH 2020).
fn highlight(normal: vec3f, to_eye: vec3f, roughness: f32) -> f32 {
    let half_way = normalize(KEY_DIRECTION + to_eye);
    let towards = clamp(dot(normal, half_way), 0.0, 1.0);
    let a2 = roughness * roughness * roughness * roughness;
    let spread = towards * towards * (a2 - 1.0) + 1.0;
    let between = clamp(dot(KEY_DIRECTION, half_way), 0.3, 1.0);
    return a2 / (spread * spread * between * between * (4.0 * roughness + 2.0)) * clamp(dot(normal, KEY_DIRECTION), 0.0, 1.0);
}

// All light that leaves a surface towards the camera, tone-mapped, linear. `light` is how much of the key light arrives.
fn shade(normal: vec3f, to_eye: vec3f, s: Surface, light: f32) -> vec3f {
    // Not quite to the silhouette, where mirroring would draw a line as thin as a pixel.
    let facing = clamp(dot(normal, to_eye), 0.20, 1.0);
    let hue = vivid(s.color);
    let occlusion = bounced(s.occlusion * mix(1.0, s.occlusion, 0.3), mix(s.color, 0.72 * hue, s.tint));
    // The edge of a shadow on skin is red, and what lies in it is deeper in colour, not greyer.
    let shadow = vec3f(mix(light, sqrt(light), 0.35 * s.tint), light, light);
    let key = wrapped(dot(normal, KEY_DIRECTION), s.wrap) * shadow;

    let around = mix(GROUND_COLOR, SKY_COLOR, normal.y * 0.5 + 0.5);
    let fill = wrapped(dot(normal, FILL_DIRECTION), s.wrap + 0.3) * FILL_COLOR;
    // Skin in the shade is lit by skin: the sky's blue alone would make it ashen.
    let warmth = mix(vec3f(1.24, 0.97, 0.88), vec3f(1.06, 0.99, 0.95), clamp(1.6 * key.g, 0.0, 1.0));
    let surroundings = (around + fill) * mix(vec3f(1.0), warmth, s.tint) * occlusion;
    let arriving = key * KEY_COLOR * mix(vec3f(1.0), occlusion, 0.45) + surroundings;
    let deep = mix(s.color, s.color * hue, s.tint * (0.26 - 0.26 * key.g));
    var color = deep * arriving * (1.0 - s.metal);

    let away = 1.0 - facing;
    let fresnel = away * away * away * away * away;
    let ray = reflect(-to_eye, normal);
    let open = clamp((facing + s.occlusion) * (facing + s.occlusion) - 1.0 + s.occlusion, 0.0, 1.0);
    let base_gloss = (0.035 + ((1.0 - s.roughness) * 0.5 + 0.02) * fresnel) * (0.60 + 0.40 * light) * (1.0 - 0.55 * s.roughness);
    let mirrored = mix(base_gloss * s.gloss, mix(s.color, vec3f(1.0), fresnel), s.metal);
    color += studio(ray, s.roughness) * (1.0 + 0.6 * s.metal) * mirrored * open;
    color += KEY_COLOR * mix(0.04 * s.gloss, s.color, s.metal) * highlight(normal, to_eye, s.roughness) * light * s.occlusion;
    color += studio(ray, 0.07) * (0.04 + 0.6 * fresnel) * s.coat * open;

    let edge = away * away * mix(away, 1.0, 0.4);
    let behind = clamp(dot(normal, BACK_DIRECTION) + 0.35, 0.0, 1.0) * BACK_COLOR + clamp(dot(normal, SIDE_DIRECTION) + 0.30, 0.0, 1.0) * SIDE_COLOR;
    color += behind * edge * s.occlusion * s.rim * mix(s.color, vec3f(1.0), 0.22);
    return tone(color + s.glow);
}

// Film-like: straight in the middle, then a shoulder that reaches white only for endless light. The brightest channel sets how
// far a colour is dimmed, so that skin in full light stays skin instead of turning grey or yellow.
fn tone(light: vec3f) -> vec3f {
    let c = light * EXPOSURE;
    let peak = max(max(c.r, c.g), max(c.b, 1e-4));
    let over = max(peak - SHOULDER, 0.0);
    let dimmed = (min(peak, SHOULDER) + over / (1.0 + over / (1.0 - SHOULDER))) / peak;
    let soft = mix(c * dimmed, min(c, vec3f(1.0)), 0.2 * min(over, 1.0));
    let grey = dot(soft, vec3f(0.3, 0.6, 0.1));
    return clamp(mix(vec3f(grey), soft, 1.03), vec3f(0.0), vec3f(1.0));
}

// The normal that faces the camera: open shells are seen from both sides. At a silhouette interpolated normals look a little away;
// they are bent to the edge, because turned around they are lit from below: dots along the crown of hair.
fn facing_normal(normal: vec3f, to_eye: vec3f) -> vec3f {
    let size = length(normal);
    let straight = select(to_eye, normal / size, size > 1e-6);
    let towards = dot(straight, to_eye);
    let bent = normalize(straight - to_eye * min(towards, 0.0) + vec3f(1e-8));
    return select(bent, -straight, towards < BACK);
}

fn plain_surface(point: Point) -> Surface {
    let material = materials[point.material];
    var s: Surface;
    s.color = material.color.rgb;
    s.roughness = material.surface.x;
    s.coat = material.surface.y;
    s.rim = material.surface.z;
    s.wrap = vec3f(0.2 * material.surface.w);
    s.tint = 0.0;
    s.occlusion = point.paint.x;
    s.gloss = vec3f(1.0);
    s.metal = material.more.z;
    s.glow = vec3f(0.0);
    return s;
}

// ---------------------------------------------------------------- vertex stages

@vertex fn place(v: Vertex) -> Point {
    let position = globals.turn * vec4f(v.position, 1.0);
    var point: Point;
    point.clip = globals.view * position;
    point.position = position.xyz;
    point.normal = (globals.turn * vec4f(v.normal, 0.0)).xyz;
    point.uv = v.uv;
    point.paint = v.paint;
    point.material = v.material;
    return point;
}

@vertex fn place_shadow(@location(0) position: vec3f) -> @builtin(position) vec4f {
    return globals.shadow_view * globals.turn * vec4f(position, 1.0);
}

struct CoveredPoint {
    @builtin(position) clip: vec4f,
    @location(0) covered: f32,
}

@vertex fn place_covered_shadow(v: Vertex) -> CoveredPoint {
    return CoveredPoint(globals.shadow_view * globals.turn * vec4f(v.position, 1.0), v.paint.w);
}

@fragment fn covered_shadow(point: CoveredPoint) {
    if (point.covered > 0.5) { discard; }
}

// ---------------------------------------------------------------- parts

struct PartPoint {
    @builtin(position) clip: vec4f,
    @location(0) @interpolate(flat) part: u32,
    @location(1) covered: f32,
}

@vertex fn place_part(v: Vertex) -> PartPoint {
    return PartPoint(globals.view * globals.turn * vec4f(v.position, 1.0), v.part.x + 1u, v.paint.w);
}

// Both channels get the part; a pipeline writes one of them: red for the avatar, green for glasses.
@fragment fn part(point: PartPoint) -> @location(0) vec2u {
    if (COVERED && point.covered > 0.5) { discard; }
    return vec2u(point.part);
}
