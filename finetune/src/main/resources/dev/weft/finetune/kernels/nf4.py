  # NF4 decoding (Dettmers et al., "QLoRA", 2023): two codes per byte, first one in the high nibble.
  # A table of 256 pairs of floats, seen as complex numbers, decodes one byte at a time.

  def nf4_table(self, pairs: Tensor) -> Tensor:
    return torch.view_as_complex(pairs)

  def nf4_scales(self, codes: Tensor, table: Tensor, absmax: Tensor, offset: Tensor) -> Tensor:
    # Double quantization: 8-bit codes in blocks of 256, around their mean.
    nested = torch.repeat_interleave(absmax, 256)
    values = torch.index_select(table, 0, torch.to(codes, 3))
    return values * torch.slice(nested, 0, 0, codes.size(0)) + offset

  def nf4_decode(self, codes: Tensor, table: Tensor, scales: Tensor, out: int, width: int) -> Tensor:
    values = torch.view_as_real(torch.index_select(table, 0, torch.to(codes, 3)))
    scaled = torch.mul_(torch.view(values, [-1, 64]), torch.unsqueeze(scales, 1))
    return torch.view(torch.narrow(torch.flatten(scaled), 0, 0, out * width), [out, width])
