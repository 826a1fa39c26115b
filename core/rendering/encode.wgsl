// Linear premultiplied float16 samples -> sRGB pixels with straight alpha, the only time colours are encoded.
//
// There are two by two samples to a pixel. A pixel is the tent (1 3 3 1) of the four by four around it: twice the steps of a plain
// mean along upright and level edges, at the cost of a trace of sharpness. Four bilinear reads give exactly that.

@group(0) @binding(0) var samples: texture_2d<f32>;
@group(0) @binding(1) var bilinear: sampler;

@vertex fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

@fragment fn encode(@builtin(position) place: vec4f) -> @location(0) vec4f {
    let texel = 1.0 / vec2f(textureDimensions(samples));
    let center = 2.0 * place.xy;
    var pixel = textureSampleLevel(samples, bilinear, (center + vec2f(-0.75, -0.75)) * texel, 0.0);
    pixel += textureSampleLevel(samples, bilinear, (center + vec2f(0.75, -0.75)) * texel, 0.0);
    pixel += textureSampleLevel(samples, bilinear, (center + vec2f(-0.75, 0.75)) * texel, 0.0);
    pixel += textureSampleLevel(samples, bilinear, (center + vec2f(0.75, 0.75)) * texel, 0.0);
    let c = clamp(pixel.rgb / max(pixel.a, 4e-4), vec3f(0.0), vec3f(1.0));
    let encoded = select(1.055 * pow(c, vec3f(1.0 / 2.4)) - 0.055, 12.92 * c, c <= vec3f(0.0031308));
    return vec4f(encoded, 0.25 * pixel.a);
}
