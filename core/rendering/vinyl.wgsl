// The look of each material: soft vinyl toys. studio.wgsl lights them, skin_marks.wgsl draws on skin.

// uv: place on the face's front at rest, head units; zero where it is not known. paint: occlusion, lips, blush, lip line or lid
// crease. accent: lipstick.
@fragment fn skin(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    var normal = facing_normal(point.normal, to_eye);
    var s = plain_surface(point);
    let bare = s.color;
    let lips = smoothstep(0.08, 0.85, point.paint.y);
    let moved = fwidth(point.uv);
    let long = drawn_out(dpdx(point.position), dpdy(point.position), dpdx(point.uv), dpdy(point.uv));
    s.color *= mix(vec3f(1.0), vec3f(1.05, 0.60, 0.55), 0.55 * material.more.y * point.paint.z);
    var forehead = 0.0;
    if (any(point.uv != vec2f(0.0))) {
        // Strands of hair would draw sharp bars on the forehead: their shadows are wide and faint there, and firm at the hairline.
        forehead = smoothstep(0.10, 0.32, point.uv.y);
        if (material.marks.y > 0.0) {
            let lines = wrinkles(point.uv, material.marks.y) * (1.0 - lips);
            normal = creased(normal, lines.xy);
            // A crease is deeper in colour and does not shine; the skin beside it swells into the light. Deep skin shows it by that.
            let deep = smoothstep(0.30, 0.03, bare.g);
            s.color *= mix(vec3f(1.0), mix(vec3f(0.68, 0.46, 0.40), vec3f(0.46, 0.34, 0.31), deep), clamp(lines.z, 0.0, 1.0));
            s.color *= 1.0 + (0.10 + 0.55 * deep) * lines.w;
            s.occlusion *= 1.0 - 0.6 * deep * clamp(lines.z, 0.0, 1.0);
        }
        if (material.marks.x > 0.0) {
            // Where skin is drawn out they would be streaks, like tears.
            let whole = smoothstep(2.2, 1.5, long);
            let tan = freckles(point.uv, material.marks.x, max(moved.x, moved.y)) * (1.0 - lips) * whole;
            let deep = smoothstep(0.30, 0.03, bare.g);
            s.color *= mix(vec3f(1.0), mix(vec3f(0.56, 0.32, 0.21), vec3f(0.18, 0.12, 0.10), deep), 0.85 * tan);
            s.occlusion *= 1.0 - 0.8 * deep * tan;
        }
    }
    // Lips are the skin's own colour, redder; on deep skin they are lighter too, or they sink into it. Then lipstick covers them.
    let rose = mix(vec3f(0.022, 0.005, 0.008), vec3f(0.075, 0.017, 0.024), smoothstep(0.16, 0.04, bare.g));
    let own = bare * vec3f(0.80, 0.455, 0.50) + rose;
    s.color = mix(s.color, mix(own, material.accent.rgb, 0.88 * material.accent.a), lips);
    s.color *= mix(vec3f(1.0), vec3f(0.42, 0.18, 0.18), 0.85 * point.paint.w);
    s.roughness = mix(s.roughness, 0.27, lips);
    s.coat = mix(s.coat, 0.26 + 0.25 * material.accent.a, lips);
    s.wrap = vec3f(0.42, 0.31, 0.27) * material.surface.w;
    s.tint = material.surface.w;
    // The wide veil of light on skin has its warmth; pure white would turn deep skin ashen.
    let veil = mix(vec3f(1.03, 0.96, 0.93), vec3f(1.0), smoothstep(0.02, 0.25, bare.g)) * mix(vec3f(1.0), vivid(bare), 0.55);
    s.gloss = mix(0.95, 0.70, smoothstep(0.05, 0.5, bare.g)) * veil;
    let light = lit(point.position, normal, point.clip, mix(1.0, 1.9, forehead));
    return vec4f(shade(normal, to_eye, s, mix(light, 1.0, 0.25 * forehead)), 1.0);
}

struct HairPoint {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) strand: vec3f,
    @location(3) paint: vec4f,
    @location(4) @interpolate(flat) material: u32,
}

// The direction that two numbers in [0, 1] stand for: an octahedron unfolded into a square. Zero for (0, 0).
fn unfolded(uv: vec2f) -> vec3f {
    let flat = 2.0 * uv - 1.0;
    let up = 1.0 - abs(flat.x) - abs(flat.y);
    let back = max(-up, 0.0);
    let direction = vec3f(flat + select(vec2f(back), vec2f(-back), flat >= vec2f(0.0)), up);
    return select(normalize(direction), vec3f(0.0), all(uv == vec2f(0.0)));
}

@vertex fn place_hair(v: Vertex) -> HairPoint {
    let position = globals.turn * vec4f(v.position, 1.0);
    var point: HairPoint;
    point.clip = globals.view * position;
    point.position = position.xyz;
    point.normal = (globals.turn * vec4f(v.normal, 0.0)).xyz;
    point.strand = (globals.turn * vec4f(unfolded(v.uv), 0.0)).xyz;
    point.paint = v.paint;
    point.material = v.material;
    return point;
}

// The highlights of strands lit from `direction`: x the sharp pale one, nearer the root, y the soft coloured one, nearer the tip.
fn strands(strand: vec3f, normal: vec3f, to_eye: vec3f, direction: vec3f, shift: f32) -> vec2f {
    let half_way = normalize(direction + to_eye);
    let along = dot(strand, half_way);
    let tilt = dot(normal, half_way);
    let x = vec2f(along) + vec2f(shift - 0.30, shift - 0.12) * tilt;
    let sine = clamp(1.0 - x * x, vec2f(0.0), vec2f(1.0));
    let p2 = sine * sine;
    let p4 = p2 * p2;
    let p8 = p4 * p4;
    let p16 = p8 * p8;
    let lit_side = smoothstep(-0.25, 0.75, dot(normal, direction));
    return vec2f(p16.x * p16.x, p8.y) * lit_side;
}

// uv: direction of the strand (see `unfolded`). paint: occlusion, root to tip, shade of the lock, covered.
@fragment fn hair(point: HairPoint) -> @location(0) vec4f {
    if (COVERED && point.paint.w > 0.5) { discard; }
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point.normal, to_eye);
    var s = plain_surface(Point(point.clip, point.position, point.normal, vec2f(0.0), point.paint, point.material));
    let light = lit(point.position, normal, point.clip, 1.0);
    let base = s.color;
    // Roots are deeper in colour, tips are bleached by the sun.
    let tip = point.paint.y;
    let root_color = base * mix(vec3f(0.72), vec3f(0.92) * vivid(base), 0.35);
    s.color = mix(root_color, base * 1.10 + 0.012 * vivid(base), smoothstep(0.0, 0.75, tip)) * mix(0.86, 1.12, point.paint.z);
    s.wrap = vec3f(0.30, 0.24, 0.20) * material.surface.w;
    s.tint = 0.55;

    let known = dot(point.strand, point.strand);
    let strand = normalize(point.strand - normal * dot(point.strand, normal) + vec3f(1e-5, 0.0, 0.0));
    let anisotropic = smoothstep(0.05, 0.5, known);
    let shift = 0.22 * (point.paint.z - 0.5);
    let key = strands(strand, normal, to_eye, KEY_DIRECTION, shift) * (0.25 + 0.75 * light);
    let top = strands(strand, normal, to_eye, vec3f(0.08909, 0.89087, 0.44544), shift) * 0.5;
    let brightness = dot(base, vec3f(0.3, 0.6, 0.1));
    let pale = mix(vec3f(0.62, 0.70, 0.86), vivid(base) * 0.5 + 0.5, smoothstep(0.0, 0.12, brightness));
    let warm = mix(base * 1.6 + (0.018 + 0.12 * brightness) * vivid(base), base * 0.8 + 0.35, 0.5 * smoothstep(0.2, 0.6, brightness));
    let shine = (key.x * 0.42 + top.x * 0.30) * (1.0 - 0.5 * brightness) * pale + (key.y + top.y) * 0.75 * warm;
    // Clipped hair is all root. It shines like velvet, or black hair would look grey.
    let sheen = mix(0.15, 1.0, smoothstep(0.0, 0.04, tip));
    s.glow = anisotropic * shine * s.occlusion * s.occlusion * (1.0 - s.roughness) * 1.7 * sheen;
    s.gloss = vec3f(mix(1.0, 0.32, anisotropic) * sheen);
    s.coat *= mix(1.0, 0.35, anisotropic) * sheen;
    return vec4f(shade(normal, to_eye, s, light), 1.0);
}

// A round spot with a soft edge.
fn spot(place: vec2f, radius: f32, blur: f32) -> f32 {
    return 1.0 - smoothstep(radius - blur, radius + blur, length(place));
}

// uv: place on the eyeball, iris radius 1, u to the picture's right, v up. accent: iris.
@fragment fn eye(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point.normal, to_eye);
    let r = length(point.uv);
    let w = fwidth(r) + 0.012;
    var s = plain_surface(point);
    // The iris lies behind a clear dome: seen from the side, its middle moves.
    let aside = (vec4f(to_eye, 0.0) * globals.turn).xyz;
    let inside = max(1.0 - r * r, 0.0);
    let place = point.uv - aside.xy / max(aside.z, 0.35) * 0.16 * inside;
    let depth = length(place);
    // Darker at its edge, lit from below as if light fell through it, and crossed by faint fibres.
    let angle = atan2(place.y, place.x);
    let fibres = 1.0 + 0.13 * sin(angle * 23.0) * sin(angle * 9.0 + 1.3) * smoothstep(0.35, 0.6, depth) * smoothstep(0.25, 0.05, w);
    let own = material.accent.rgb;
    var iris = own * mix(1.05, 0.62, smoothstep(0.45, 0.85, depth)) * fibres;
    let below = dot(place, vec2f(0.32, -0.95));
    let crescent = smoothstep(-0.15, 0.85, below) * smoothstep(1.02, 0.70, depth);
    iris = mix(iris, own * 1.55 + 0.020 * vivid(own), 0.70 * crescent);
    iris += own * 0.30 * smoothstep(0.70, 0.48, depth);
    iris *= mix(1.0, 0.34, smoothstep(0.70, 0.99, depth));
    // White is never paper: it turns to the skin's shade towards the corners.
    let white = s.color * mix(vec3f(1.0), vec3f(0.86, 0.79, 0.78), smoothstep(1.1, 2.1, r));
    let in_iris = 1.0 - smoothstep(0.99 - w, 1.02 + w, r);
    s.color = mix(white, iris, in_iris);
    s.color = mix(s.color, vec3f(0.006, 0.005, 0.006), 1.0 - smoothstep(0.44 - w, 0.45 + w, depth));
    // Catch-lights stay where they are, whatever the studio does: they make the glance.
    let box = abs(point.uv - vec2f(-0.36, 0.40)) * vec2f(1.0, 0.92);
    let large = 1.0 - smoothstep(0.20 - w, 0.225 + w, pow(pow(box.x, 2.6) + pow(box.y, 2.6), 0.3846));
    let small = spot(point.uv - vec2f(0.42, -0.44), 0.11, 0.05 + w);
    let sky = 0.10 * smoothstep(0.1, 1.0, point.uv.y) * smoothstep(1.05, 0.8, r);
    s.coat *= mix(0.5, 0.16, in_iris);
    s.gloss = vec3f(0.0);
    s.wrap = vec3f(0.16, 0.12, 0.12);
    s.tint = 0.35;
    s.occlusion = mix(1.0, s.occlusion, 0.65);
    // The upper lid and its lashes shade the ball: the shadow is looked up a little higher than it falls.
    let up = (globals.turn * vec4f(0.0, 1.0, 0.0, 0.0)).xyz;
    let light = lit(point.position + up * 0.022, normal, point.clip, 1.0);
    s.color *= mix(vec3f(0.78, 0.73, 0.74), vec3f(1.0), light);
    s.glow = vec3f(1.6) * large + vec3f(0.30) * small + vec3f(0.9, 0.95, 1.0) * sky;
    return vec4f(shade(normal, to_eye, s, light), 1.0);
}

// Cloth: no gloss, but fuzz that catches light where it is seen along the surface.
@fragment fn cloth(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point.normal, to_eye);
    var s = plain_surface(point);
    let light = key_light(point, normal);
    let grazing = 1.0 - clamp(dot(normal, to_eye), 0.0, 1.0);
    let fuzz = material.more.x * grazing * grazing;
    s.wrap = vec3f(0.12 * material.surface.w);
    s.tint = 0.15;
    s.gloss = vec3f(0.35);
    let catching = 0.35 + 0.65 * light * clamp(0.4 + 0.6 * dot(normal, KEY_DIRECTION), 0.0, 1.0);
    s.color *= 1.0 - 0.10 * material.more.x * (1.0 - grazing);
    s.glow = 0.30 * fuzz * catching * (s.color + 0.10) * s.occlusion;
    return vec4f(shade(normal, to_eye, s, light), 1.0);
}

// Everything else; sheen brightens it at grazing angles.
// paint: occlusion, unused, unused, covered.
@fragment fn plain(point: Point) -> @location(0) vec4f {
    if (COVERED && point.paint.w > 0.5) { discard; }
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point.normal, to_eye);
    var s = plain_surface(point);
    let grazing = 1.0 - clamp(dot(normal, to_eye), 0.0, 1.0);
    s.color = mix(s.color, s.color * 1.35 + 0.03, material.more.x * grazing * grazing);
    s.tint = 0.25;
    return vec4f(shade(normal, to_eye, s, key_light(point, normal)), 1.0);
}

// A clear or tinted lens: what is behind shows through, the studio mirrors on top.
@fragment fn lens(point: Point) -> @location(0) vec4f {
    let material = materials[point.material];
    let to_eye = normalize(globals.eye.xyz - point.position);
    let normal = facing_normal(point.normal, to_eye);
    let away = 1.0 - clamp(dot(normal, to_eye), 0.0, 1.0);
    let fresnel = away * away * away * away * away;
    let mirror = material.surface.y;
    // Where on its lens a point is, near enough for a band of light and for a tint that fades downward.
    let front = (vec4f(point.position, 0.0) * globals.turn).xy;
    let place = front - vec2f(select(-0.345, 0.345, front.x > 0.0), 0.045);
    let tint = material.color.a * mix(1.0, mix(0.90, 1.08, smoothstep(-0.22, 0.16, place.y)), min(mirror, 1.0));
    let across = 0.80 * place.x - 0.60 * place.y;
    let bands = smoothstep(0.055, 0.040, abs(across + 0.165)) + 0.7 * smoothstep(0.018, 0.008, abs(across + 0.085));
    let streak = 0.20 * bands * smoothstep(-0.14, 0.14, place.y);
    let room = studio(reflect(-to_eye, normal), 0.03) * (0.028 + 0.8 * fresnel);
    let mirrored = (room + vec3f(0.95, 0.98, 1.0) * streak) * mirror;
    let gloss = dot(mirrored, vec3f(0.22));
    let alpha = clamp(tint + 0.5 * fresnel * min(2.0 * mirror, 1.0) + gloss, 0.0, 1.0);
    // A clear lens has hardly any colour of its own: it would fog the eyes.
    let lit_side = 0.40 + 0.72 * clamp(0.5 + 0.5 * dot(normal, KEY_DIRECTION), 0.0, 1.0);
    let light = tone(material.color.rgb * lit_side * tint * smoothstep(0.0, 0.80, tint) + mirrored);
    return vec4f(min(light, vec3f(alpha)), alpha);
}
