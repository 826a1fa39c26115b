// Four linear premultiplied float16 samples -> one sRGB pixel with straight alpha, the only time colours are encoded.

@group(0) @binding(0) var samples: texture_2d<f32>;

@vertex fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment fn encode(@builtin(position) place: vec4f) -> @location(0) vec4f {
    let corner = 2 * vec2i(place.xy);
    let pixel = 0.25 * (textureLoad(samples, corner, 0) + textureLoad(samples, corner + vec2i(1, 0), 0)
        + textureLoad(samples, corner + vec2i(0, 1), 0) + textureLoad(samples, corner + vec2i(1, 1), 0));
    let c = clamp(pixel.rgb / max(pixel.a, 1e-4), vec3f(0.0), vec3f(1.0));
    let encoded = select(1.055 * pow(c, vec3f(1.0 / 2.4)) - 0.055, 12.92 * c, c <= vec3f(0.0031308));
    return vec4f(encoded, pixel.a);
}
