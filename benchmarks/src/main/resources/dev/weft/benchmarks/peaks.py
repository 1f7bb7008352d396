  # The most this machine does, with nothing around it. Results end in a few float32 values that
  # the caller reads, so that a device that works ahead has finished.

  def square(self, like: Tensor, size: int, type: int) -> Tensor:
    # of libtorch's type 6, float32, or 15, bfloat16
    return torch.rand_like(torch.new_empty(like, [size, size], dtype=type))

  def vector(self, like: Tensor, size: int) -> Tensor:
    return torch.rand_like(torch.new_empty(like, [size]))

  def multiply(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    c = torch.mm(a, b)
    for i in range(times - 1):
      _0 = torch.mm(a, b, out=c)
    return torch.to(c[0], 6)

  def copy(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    for i in range(times):
      _0 = torch.copy_(a, b)
    return a[0]

  def sum(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    total = torch.sum(b)
    for i in range(times - 1):
      total = torch.sum(b)
    return total
