  # x w' in float32 for x [rows, in] and w [out, in] in float32 or bfloat16. oneDNN multiplies float32
  # faster than libtorch's own BLAS does on processors that this BLAS was not made for.

  def product(self, x: Tensor, w: Tensor) -> Tensor:
    if torch.eq(ops.prim.dtype(w), 6):
      return ops.mkldnn._linear_pointwise(x, w, None, "none", [], "")
    return torch.to(torch.mm(torch.to(x, ops.prim.dtype(w)), torch.t(w)), 6)
