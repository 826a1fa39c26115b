// Freckles and lines of skin, drawn from a place of the face's front at rest (head units).

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
    // Too small to be seen one by one, dots become an even tan, a little deeper than their mean so that it is still noticed.
    return mix(0.2 * share, select(0.0, dot, chance.w < share), smoothstep(1.6, 0.6, pixel / (size * radius)));
}

// How freckled skin is at a place of the face's front, 0 to 1: nose and cheeks, a few beyond.
fn freckles(place: vec2f, strength: f32, pixel: f32) -> f32 {
    let cheek = (vec2f(abs(place.x), place.y) - vec2f(0.36, -0.18)) / vec2f(0.25, 0.15);
    let bridge = (place - vec2f(0.0, -0.05)) / vec2f(0.20, 0.15);
    let area = exp(-dot(cheek, cheek)) + 0.9 * exp(-dot(bridge, bridge));
    let share = strength * min(area, 1.0) * smoothstep(0.70, 0.56, abs(place.x));
    let turned = vec2f(0.83 * place.x + 0.56 * place.y, 0.83 * place.y - 0.56 * place.x);
    return max(freckle(place + 0.37, 0.066, share, pixel), 0.8 * freckle(turned, 0.047, 0.75 * share, pixel));
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
