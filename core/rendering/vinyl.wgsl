// The look: soft vinyl toys in a small photo studio.
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

// Whether fragments that a hat covers are left out (paint.w above one half).
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
    tint: f32,        // 0..1: shade and occlusion turn warm instead of grey
    occlusion: f32,   // 1 is open
    glow: vec3f,      // added as it is
}

// ---------------------------------------------------------------- the studio

const KEY_DIRECTION = vec3f(-0.46034, 0.62773, 0.62773);
const KEY_COLOR = vec3f(1.42, 1.36, 1.28);
const FILL_DIRECTION = vec3f(0.84478, 0.14080, 0.51626);
const FILL_COLOR = vec3f(0.30, 0.36, 0.46);
const BACK_DIRECTION = vec3f(0.51344, 0.32673, -0.79349);
const BACK_COLOR = vec3f(1.0, 0.95, 0.9);
const GROUND_COLOR = vec3f(0.34, 0.27, 0.25) * 0.72;
const EXPOSURE = 0.90;
const SHOULDER = 0.60; // how bright before light is bent
const SKY_COLOR = vec3f(0.66, 0.70, 0.78) * 0.72;

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
    let softness = 0.04 + roughness * 0.9;
    let room = mix(vec3f(0.20, 0.17, 0.16), vec3f(0.62, 0.68, 0.78), smoothstep(-0.7 - roughness, 0.9 + roughness, ray.y));
    let dim = 1.0 / (1.0 + 4.0 * roughness);
    let key = softbox(ray, vec3f(0.72361, 0.0, 0.69021), vec3f(0.38337, 0.83156, -0.40192), vec3f(-0.57395, 0.55544, 0.60172),
        vec2f(0.34, 0.42), softness) / (1.0 + 5.0 * roughness);
    let strip = softbox(ray, vec3f(0.34571, 0.0, -0.93834), vec3f(-0.22495, 0.97084, -0.08288), vec3f(0.91098, 0.23973, 0.33562),
        vec2f(0.16, 0.7), softness) * dim;
    let top = softbox(ray, vec3f(-0.98058, 0.0, -0.19612), vec3f(-0.17472, 0.45426, 0.87358), vec3f(0.08909, 0.89087, -0.44544),
        vec2f(0.6, 0.25), softness) * dim;
    return room + vec3f(3.0, 2.85, 2.6) * key + vec3f(1.3, 1.45, 1.7) * strip + vec3f(1.6) * top;
}

// Lambert's cosine, wrapped around by a different amount per channel: red light travels farthest through skin.
fn wrapped(cosine: f32, wrap: vec3f) -> vec3f {
    let t = clamp((vec3f(cosine) + wrap) / (1.0 + wrap), vec3f(0.0), vec3f(1.0));
    return t * (0.55 + 0.45 * t) * (1.0 + 0.4 * wrap);
}

// How much of the key light arrives: 0 to 1, with a wide soft edge.
fn lit(point: Point, normal: vec3f) -> f32 {
    let place = (globals.shadow_view * vec4f(point.position + normal * globals.eye.w, 1.0)).xyz;
    let uv = place.xy * vec2f(0.5, -0.5) + 0.5;
    let corner = vec2u(point.clip.xy) & vec2u(1u);
    let first = (corner.x + 2u * corner.y) * TAPS;
    var sum = vec4f(0.0);
    for (var i = 0u; i < TAPS; i++) {
        // Four texels for the price of one; their blocks lie so scattered that no edge of them is seen.
        sum += textureGatherCompare(shadow_map, shadow_sampler, uv + globals.taps[first + i].xy, place.z - 0.0028);
    }
    // What the map does not hold is lit.
    let outside = any(abs(place.xy) > vec2f(0.98));
    return select(dot(sum, vec4f(0.25)) / f32(TAPS), 1.0, outside);
}

// All light that leaves a surface towards the camera, tone-mapped, linear.
fn shade(point: Point, normal: vec3f, to_eye: vec3f, s: Surface) -> vec3f {
    let facing = clamp(dot(normal, to_eye), 0.0, 1.0);
    let key_cosine = dot(normal, KEY_DIRECTION);
    let light = lit(point, normal);
    // Shade of skin is red: its red channel darkens late. Mixtures of roots and squares, because powers are slow in software.
    let open_deep = s.occlusion * s.occlusion;
    let open_warm = vec3f(mix(s.occlusion, sqrt(s.occlusion), 0.32), mix(vec2f(s.occlusion), vec2f(open_deep), vec2f(0.22, 0.34)));
    let occlusion = mix(vec3f(mix(s.occlusion, open_deep, 0.32)), open_warm, s.tint);
    let shadow = vec3f(mix(light, sqrt(light), 0.55 * s.tint), light, light);

    var arriving = wrapped(key_cosine, s.wrap) * shadow * KEY_COLOR * mix(vec3f(1.0), occlusion, 0.45);
    arriving += wrapped(dot(normal, FILL_DIRECTION), s.wrap + 0.3) * FILL_COLOR * occlusion;
    // Skin in the shade is lit by skin: the sky's blue alone would make it ashen.
    let surroundings = mix(vec3f(1.0), vec3f(1.16, 0.97, 0.86), s.tint);
    arriving += mix(GROUND_COLOR, SKY_COLOR, normal.y * 0.5 + 0.5) * surroundings * occlusion;
    var color = s.color * arriving;

    let away = 1.0 - facing;
    let fresnel = away * away * away * away * away;
    let ray = reflect(-to_eye, normal);
    let open = clamp((facing + s.occlusion) * (facing + s.occlusion) - 1.0 + s.occlusion, 0.0, 1.0);
    let base_gloss = (0.035 + ((1.0 - s.roughness) * 0.5 + 0.02) * fresnel) * (0.67 + 0.33 * light) * (1.0 - 0.55 * s.roughness);
    color += studio(ray, s.roughness) * base_gloss * open;
    color += studio(ray, 0.07) * (0.04 + 0.6 * fresnel) * s.coat * open;

    let behind = clamp(dot(normal, BACK_DIRECTION) + 0.35, 0.0, 1.0) * away * away * away;
    color += BACK_COLOR * behind * s.occlusion * s.rim * mix(s.color, vec3f(1.0), 0.35);
    return tone(color + s.glow);
}

// Film-like: straight in the middle, then a shoulder that reaches white only for endless light. The brightest channel sets how
// far a colour is dimmed, so that skin in full light stays skin instead of turning grey or yellow.
fn tone(light: vec3f) -> vec3f {
    let c = light * EXPOSURE;
    let bent = c * (1.0 + c * 0.10) / (1.0 + c * 0.52) * 1.18;
    let peak = max(max(bent.r, bent.g), max(bent.b, 1e-4));
    let over = max(peak - SHOULDER, 0.0);
    let dimmed = (min(peak, SHOULDER) + over / (1.0 + over / (1.0 - SHOULDER))) / peak;
    let soft = mix(bent * dimmed, min(bent, vec3f(1.0)), 0.25 * over);
    let grey = dot(soft, vec3f(0.3, 0.6, 0.1));
    return clamp(mix(vec3f(grey), soft, 1.10), vec3f(0.0), vec3f(1.0));
}

// The normal that faces the camera: open shells are seen from both sides.
fn facing_normal(point: Point, to_eye: vec3f) -> vec3f {
    let normal = normalize(point.normal);
    return select(normal, -normal, dot(normal, to_eye) < 0.0);
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

// ---------------------------------------------------------------- materials

// Four random numbers in [0, 1] of a cell of a grid.
fn random(cell: vec2f) -> vec4f {
    let place = bitcast<vec2u>(vec2i(cell));
    var bits = (place.x * 0x9E3779B9u) ^ (place.y * 0x85EBCA6Bu);
    bits = (bits ^ (bits >> 15u)) * 0x2C1B3C6Du;
    bits = (bits ^ (bits >> 12u)) * 0x297A2D39u;
    let more = (bits ^ (bits >> 15u)) * 0x9E3779B1u;
    return vec4f(vec4u(bits >> 16u, bits & 0xFFFFu, more >> 16u, more & 0xFFFFu)) / 65535.0;
}

// One dot in most cells of a grid, so far inside that it meets no neighbour; `pixel` is the place's change across a sample.
fn freckle(place: vec2f, size: f32, share: f32, pixel: f32) -> f32 {
    let grid = place / size;
    let cell = floor(grid);
    let chance = random(cell);
    let radius = mix(0.13, 0.25, chance.z * chance.z);
    let offset = (grid - cell - 0.3 - 0.4 * chance.xy) * vec2f(1.0, 0.78 + 0.4 * chance.z);
    let blur = max(0.45 * radius, pixel / size);
    let dot = smoothstep(radius + blur, max(radius - blur, 0.0), length(offset)) * mix(0.45, 1.0, fract(chance.w * 7.0));
    // Too small to be seen one by one, dots become an even tan.
    return select(0.0, dot, chance.w < share) * smoothstep(1.6, 0.6, pixel / (size * radius));
}

// How freckled skin is at a place of the face's front, 0 to 1: nose and cheeks, a few beyond.
fn freckles(place: vec2f, strength: f32, pixel: f32) -> f32 {
    let cheek = (vec2f(abs(place.x), place.y) - vec2f(0.36, -0.18)) / vec2f(0.25, 0.15);
    let bridge = (place - vec2f(0.0, -0.05)) / vec2f(0.20, 0.15);
    let area = exp(-dot(cheek, cheek)) + 0.9 * exp(-dot(bridge, bridge));
    let share = strength * min(area, 1.0) * smoothstep(0.70, 0.56, abs(place.x));
    let turned = vec2f(0.83 * place.x + 0.56 * place.y, 0.83 * place.y - 0.56 * place.x);
    return max(freckle(place + 0.37, 0.062, share, pixel), 0.8 * freckle(turned, 0.043, 0.75 * share, pixel));
}

// A line of skin: how far a place is from its middle -> slope across it and depth, both of a smooth groove.
fn groove(distance: f32, width: f32) -> vec2f {
    let x = distance / width;
    let depth = exp(-x * x);
    return vec2f(2.0 * x * depth, depth);
}

// Lines at a place of the face's front: xy is the slope they give it, z their depth, 0 to 1.
fn wrinkles(place: vec2f) -> vec3f {
    let side = select(-1.0, 1.0, place.x >= 0.0);
    let folded = vec2f(abs(place.x), place.y);
    var sum = vec3f(0.0);
    for (var line = 0u; line < 3u; line++) {
        let k = f32(line);
        let bent = 0.50 + 0.085 * k - 0.10 * folded.x * folded.x + 0.012 * sin(place.x * (7.0 - k) + 2.1 * k);
        let g = groove(place.y - bent, 0.021) * smoothstep(0.46 - 0.06 * k, 0.20, folded.x) * (0.9 - 0.2 * k);
        sum += vec3f(0.0, g.x, g.y);
    }
    // Crow's feet: rays from the outer corner of the eye.
    let corner = folded - vec2f(0.47, 0.045);
    let reach = length(corner);
    let angle = atan2(corner.y, corner.x);
    let ray = round(clamp(angle / 0.36, -1.0, 1.0)) * 0.36;
    let crow = groove((angle - ray) * reach, 0.013) * smoothstep(0.10, 0.15, reach) * smoothstep(0.27, 0.18, reach) * step(0.0, corner.x);
    sum += vec3f(-corner.y / max(reach, 0.01) * crow.x * side, corner.x / max(reach, 0.01) * crow.x, 0.8 * crow.y);
    // From the wing of the nose around the corner of the mouth.
    let down = clamp((-0.19 - place.y) / 0.33, 0.0, 1.0);
    let fold = groove(folded.x - 0.185 - 0.27 * down + 0.06 * down * down, 0.028) * smoothstep(0.0, 0.2, down) * smoothstep(1.0, 0.55, down);
    sum += vec3f(0.80 * side * fold.x, 0.60 * fold.x, fold.y);
    // Under the eye.
    let below = (folded - vec2f(0.325, 0.06)) / vec2f(1.0, 0.80);
    let under = groove(length(below) - 0.262, 0.022) * smoothstep(-0.06, -0.16, below.y) * smoothstep(0.20, 0.05, abs(below.x + 0.04));
    sum += vec3f(0.0, -under.x, under.y) * 0.7;
    return sum;
}

// The skin's normal where lines cross it.
fn creased(normal: vec3f, slope: vec2f) -> vec3f {
    let bend = (globals.turn * vec4f(slope, 0.0, 0.0)).xyz;
    return normalize(normal - bend + normal * dot(normal, bend));
}

// uv: place on the face's front at rest, head units; zero where it is not known. paint: occlusion, lips, blush, lip line or lid
// crease. accent: lipstick.
@fragment fn skin(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    var normal = facing_normal(point, to_eye);
    var s = plain_surface(point);
    let lips = point.paint.y;
    let moved = fwidth(point.uv);
    if (any(point.uv != vec2f(0.0))) {
        if (material.marks.y > 0.0) {
            let lines = wrinkles(point.uv) * material.marks.y * (1.0 - lips);
            normal = creased(normal, 0.40 * lines.xy);
            s.color *= mix(vec3f(1.0), vec3f(0.78, 0.60, 0.54), 0.55 * lines.z);
        }
        if (material.marks.x > 0.0) {
            let tan = freckles(point.uv, material.marks.x, max(moved.x, moved.y)) * (1.0 - lips);
            s.color *= mix(vec3f(1.0), vec3f(0.66, 0.42, 0.32), 0.75 * tan);
        }
    }
    s.color = mix(s.color, s.color * vec3f(1.06, 0.62, 0.56), 0.55 * material.more.y * point.paint.z);
    // Lips are the skin's own colour, redder, until lipstick covers them.
    let bare = s.color * vec3f(1.0, 0.52, 0.51);
    s.color = mix(s.color, mix(bare, material.accent.rgb, material.accent.a), 0.80 * lips);
    s.color = mix(s.color, s.color * vec3f(0.42, 0.18, 0.18), 0.85 * point.paint.w);
    s.roughness = mix(s.roughness, 0.30, lips);
    s.wrap = vec3f(0.40, 0.30, 0.27) * material.surface.w;
    s.tint = material.surface.w;
    return vec4f(shade(point, normal, to_eye, s), 1.0);
}

// paint: occlusion, root to tip, shade of the lock.
@fragment fn hair(point: Point) -> @location(0) vec4f {
    if (COVERED && point.paint.w > 0.5) { discard; }
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point, to_eye);
    var s = plain_surface(point);
    s.color *= mix(0.86, 1.10, point.paint.y) * mix(0.94, 1.06, point.paint.z);
    s.wrap = vec3f(0.20, 0.13, 0.10) * material.surface.w;
    s.tint = 0.2;
    return vec4f(shade(point, normal, to_eye, s), 1.0);
}

// uv: place on the eyeball, iris radius 1, u to the picture's right, v up. accent: iris.
@fragment fn eye(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point, to_eye);
    let r = length(point.uv);
    let w = fwidth(r) + 0.01;
    var s = plain_surface(point);
    // The iris: darker at its edge, lit from below as if light fell through it, and crossed by faint fibres.
    let angle = atan2(point.uv.y, point.uv.x);
    let fibres = 1.0 + 0.10 * sin(angle * 23.0) * sin(angle * 9.0 + 1.3) * smoothstep(0.45, 0.7, r);
    var iris = material.accent.rgb * mix(1.0, 0.36, smoothstep(0.62, 1.0, r)) * fibres;
    let crescent = smoothstep(0.25, -0.85, point.uv.y) * smoothstep(1.0, 0.75, r);
    iris = mix(iris, iris * 2.2 + vec3f(0.02, 0.012, 0.004), 0.85 * crescent);
    s.color = mix(s.color, iris, 1.0 - smoothstep(1.0 - w, 1.0 + w, r));
    s.color = mix(s.color, vec3f(0.004), 1.0 - smoothstep(0.47 - w, 0.47 + w, r));
    // Catch-lights stay where they are, whatever the studio does: they make the glance.
    let large = length((point.uv - vec2f(-0.40, 0.46)) * vec2f(1.0, 0.92));
    let small = length(point.uv - vec2f(0.42, -0.42));
    s.glow = vec3f(2.5) * (1.0 - smoothstep(0.30 - w, 0.30 + w, large)) + vec3f(0.5) * (1.0 - smoothstep(0.13 - w, 0.13 + w, small));
    s.wrap = vec3f(0.1);
    s.tint = 0.2;
    s.occlusion = mix(1.0, s.occlusion, 0.85);
    return vec4f(shade(point, normal, to_eye, s), 1.0);
}

// Cloth and everything else; sheen is the fuzz of cloth at grazing angles.
@fragment fn plain(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point, to_eye);
    var s = plain_surface(point);
    let grazing = 1.0 - clamp(dot(normal, to_eye), 0.0, 1.0);
    s.color = mix(s.color, s.color * 1.35 + 0.03, material.more.x * grazing * grazing);
    return vec4f(shade(point, normal, to_eye, s), 1.0);
}

// A clear or tinted lens: what is behind shows through, the studio mirrors on top.
@fragment fn lens(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point, to_eye);
    let away = 1.0 - clamp(dot(normal, to_eye), 0.0, 1.0);
    let fresnel = away * away * away * away * away;
    let mirrored = studio(reflect(-to_eye, normal), 0.03) * (0.045 + 0.8 * fresnel) * material.surface.y;
    let gloss = dot(mirrored, vec3f(0.22));
    let alpha = clamp(material.color.a + 0.5 * fresnel + gloss, 0.0, 1.0);
    // Squared, so that a clear lens does not fog the eyes.
    let light = tone(material.color.rgb * material.color.a * material.color.a + mirrored);
    return vec4f(min(light, vec3f(alpha)), alpha);
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
