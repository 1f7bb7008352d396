  # oneDNN's own float32 product, which libtorch's operator for the same thing may not use.

  def multiply(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    c = a
    for i in range(times):
      c = ops.mkldnn._linear_pointwise(a, b, None, "none", annotate(List[Optional[number]], []), None)
    return c[0]
