  # Decoding of frozen weights. What has no function here is decoded by loops in Java.

  def byte_table(self, pairs: Tensor) -> Tensor:
    # [256, 2]: two values for every byte, seen as complex numbers so that one look-up gives both.
    return torch.view_as_complex(pairs)

  def nested_scales(self, codes: Tensor, map: Tensor, absmax: Tensor, block: int, mean: float) -> Tensor:
    # Double quantization (Dettmers et al., "QLoRA", 2023): 8-bit codes around the mean.
    values = torch.index_select(map, 0, torch.to(codes, 3))
    spread = torch.slice(torch.repeat_interleave(absmax, block), 0, 0, codes.size(0))
    return torch.add_(torch.mul_(values, spread), mean)

  def decode_bytes(self, target: Tensor, codes: Tensor, table: Tensor, scales: Tensor, block: int) -> Tensor:
    # Two 4-bit codes per byte, a scale per block of values; fills target. Some thousand blocks at a
    # time: what lies between the steps stays in the cache.
    pairs = torch.view_as_complex(torch.view(target, [-1, 2]))
    blocks = torch.view(target, [-1, block])
    half = torch.floordiv(block, 2)
    chunk = torch.floordiv(262144, block)
    for i in range(torch.floordiv(scales.size(0) + chunk - 1, chunk)):
      begin = i * chunk
      end = begin + chunk
      indices = torch.to(torch.slice(codes, 0, begin * half, end * half), 3)
      some = torch.slice(pairs, 0, begin * half, end * half)
      _0 = torch.index_select(table, 0, indices, out=some)
      factors = torch.unsqueeze(torch.slice(scales, 0, begin, end), 1)
      _1 = torch.mul_(torch.slice(blocks, 0, begin, end), factors)
    return target

  def widen(self, bytes: Tensor, type: int) -> Tensor:
    return torch.to(torch.view_copy(bytes, dtype=type), 6)

  def widen_into(self, target: Tensor, bytes: Tensor, type: int) -> Tensor:
    return torch.copy_(target, torch.view_copy(bytes, dtype=type))

  def copy_into(self, target: Tensor, values: Tensor) -> Tensor:
    return torch.copy_(target, values)

  def consecutive_rows(self, values: Tensor, begin: int, end: int) -> Tensor:
    return torch.slice(values, 0, begin, end)

  def chosen_rows(self, values: Tensor, ids: Tensor) -> Tensor:
    return torch.index_select(values, 0, torch.flatten(ids))

  def leading_factors(self, matrix: Tensor, rank: int) -> List[Tensor]:
    # left [out, rank] and right [rank, in], the roots of the singular values in both; the entry of
    # largest magnitude in each column of left is positive.
    u, s, vt = torch.linalg_svd(matrix, False)
    u1 = torch.slice(u, 1, 0, rank)
    peaks = torch.gather(u1, 0, torch.argmax(torch.abs(u1), 0, True))
    roots = torch.sqrt(torch.slice(s, 0, 0, rank))
    signed = torch.flatten(torch.sign(peaks)) * roots
    right = torch.slice(vt, 0, 0, rank) * torch.unsqueeze(signed, 1)
    return [torch.contiguous(u1 * signed), torch.contiguous(right)]

  def minus_product(self, matrix: Tensor, left: Tensor, right: Tensor) -> Tensor:
    return torch.addmm(matrix, left, right, beta=1, alpha=-1)
