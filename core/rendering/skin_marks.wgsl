// Freckles and creases of skin, drawn from a place of the face's front at rest (head units).

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
    let radius = mix(0.15, 0.27, chance.z);
    let offset = (grid - cell - 0.3 - 0.4 * chance.xy) * vec2f(1.0, 0.78 + 0.4 * chance.z);
    let blur = max(0.45 * radius, pixel / size);
    let dot = smoothstep(radius + blur, max(radius - blur, 0.0), length(offset)) * mix(0.6, 1.0, fract(chance.w * 7.0));
    // Too small to be seen one by one, dots become an even tan, a little deeper than their mean so that it is still noticed.
    return mix(0.24 * share, select(0.0, dot, chance.w < share), smoothstep(1.6, 0.6, pixel / (size * radius)));
}

// How far skin reaches on the avatar for a step up the face's front at rest: 1 where it faces the viewer, more where it slopes away, and
// far more where lids that close and cheeks that rise draw it out.
fn drawn_out(position_x: vec3f, position_y: vec3f, place_x: vec2f, place_y: vec2f) -> f32 {
    return length(position_x * place_y.x - position_y * place_x.x) / max(abs(place_x.x * place_y.y - place_x.y * place_y.x), 1e-9);
}

// How freckled skin is at a place of the face's front, 0 to 1: nose and cheeks, a few beyond.
fn freckles(place: vec2f, strength: f32, pixel: f32) -> f32 {
    let cheek = (vec2f(abs(place.x), place.y) - vec2f(0.36, -0.18)) / vec2f(0.25, 0.15);
    let bridge = (place - vec2f(0.0, -0.05)) / vec2f(0.20, 0.15);
    let area = exp(-dot(cheek, cheek)) + 0.9 * exp(-dot(bridge, bridge));
    let share = strength * min(area, 1.0) * smoothstep(0.70, 0.56, abs(place.x));
    let turned = vec2f(0.83 * place.x + 0.56 * place.y, 0.83 * place.y - 0.56 * place.x);
    return max(freckle(place + 0.37, 0.080, share, pixel), 0.85 * freckle(turned, 0.056, 0.75 * share, pixel));
}

// A crease of skin: how far a place is from its middle -> slope across it, depth, and how far the skin beside it swells.
fn crease(distance: f32, width: f32) -> vec3f {
    let x = distance / width;
    let depth = exp(-x * x);
    let swell = exp(-0.22 * x * x);
    return vec3f(x * (1.7 * depth - 0.30 * swell), depth, swell - depth);
}

// Creases at a place of the face's front: xy is the slope they give it, z their depth, w how far the skin beside them swells.
// Soft ones are fewer and shallower, deep ones wider too.
fn wrinkles(place: vec2f, strength: f32) -> vec4f {
    let side = select(-1.0, 1.0, place.x >= 0.0);
    let folded = vec2f(abs(place.x), place.y);
    let wide = mix(0.85, 1.12, strength);
    var sum = vec4f(0.0);
    // Across the forehead: two, then three, each hanging between the brows and as long as the one below it lets it be.
    for (var line = 0u; line < 3u; line++) {
        let k = f32(line);
        let bent = 0.485 + 0.098 * k - 0.16 * folded.x * folded.x + 0.040 * folded.x * (1.0 - 0.3 * k) + 0.007 * sin(place.x * (7.0 - k) + 2.1 * k);
        let deep = smoothstep(0.50 - 0.05 * k, 0.16, folded.x) * select(1.0 - 0.12 * k, 2.0 * strength - 1.0, line == 2u);
        let g = crease(place.y - bent, 0.026 * wide) * max(deep, 0.0);
        sum += vec4f(0.0, g);
    }
    // Crow's feet: rays from the outer corner of the eye.
    let corner = folded - vec2f(0.455, 0.045);
    let reach = length(corner);
    let angle = atan2(corner.y, corner.x);
    let ray = round(clamp(angle / 0.42, -1.0, 1.0)) * 0.42;
    let along = smoothstep(0.095, 0.15, reach) * smoothstep(0.29 + 0.03 * strength, 0.17, reach) * step(0.0, corner.x);
    let crow = crease((angle - ray) * reach, 0.018 * wide) * along;
    sum += vec4f(-corner.y / max(reach, 0.01) * crow.x * side, corner.x / max(reach, 0.01) * crow.x, 0.85 * crow.yz);
    // From the wing of the nose around the corner of the mouth.
    let down = clamp((-0.17 - place.y) / 0.36, 0.0, 1.0);
    let fold = crease(folded.x - 0.185 - 0.30 * down + 0.07 * down * down, 0.036 * wide) * smoothstep(0.0, 0.22, down) * smoothstep(1.0, 0.5, down) * 0.85;
    sum += vec4f(0.80 * side * fold.x, 0.60 * fold.x, fold.yz);
    // Under the eye.
    let below = (folded - vec2f(0.325, 0.06)) / vec2f(1.0, 0.80);
    let under = crease(length(below) - 0.268, 0.025 * wide) * smoothstep(-0.06, -0.16, below.y) * smoothstep(0.20, 0.05, abs(below.x + 0.04));
    sum += 0.6 * vec4f(0.0, -under.x, under.yz);
    return sum * vec4f(vec2f(mix(0.25, 0.72, strength)), mix(0.20, 0.80, strength), strength);
}

// The skin's normal where creases cross it.
fn creased(normal: vec3f, slope: vec2f) -> vec3f {
    let bend = (globals.turn * vec4f(slope, 0.0, 0.0)).xyz;
    return normalize(normal - bend + normal * dot(normal, bend));
}
