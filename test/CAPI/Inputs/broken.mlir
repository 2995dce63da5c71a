func.func @broken(%x: f32) -> f32 {
  return %y : f32
}
