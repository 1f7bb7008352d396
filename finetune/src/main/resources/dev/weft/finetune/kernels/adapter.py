  # Low-rank changes of a frozen weight W [out, in], lane by lane: A [lanes, r, in], B [lanes, out, r].
  #   x [rows, in], dy [rows, out] hold the rows of all lanes one after the other. Where these come apart
  #   in more lanes than a tensor has, each lane of the tensor serves as many of them that lie together.

  def plus(self, w: Tensor, addition: Tensor) -> Tensor:
    return torch.add(w, addition)

  def plus_product(self, w: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    return torch.addmm(w, left, right, beta=1, alpha=scale)

  def plus_lane_product(self, w: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    # of the only lane
    return torch.addmm(w, left[0], right[0], beta=1, alpha=scale)

  def scaled(self, m: Tensor, scale: float) -> Tensor:
    return torch.mul(m, scale)

  def join(self, parts: List[Tensor], axis: int) -> Tensor:
    return torch.cat(parts, axis)

  def identity(self, like: Tensor, size: int) -> Tensor:
    return torch.eye(size, dtype=6, device=ops.prim.device(like))

  def join_to_lanes(self, right: Tensor, left: Tensor, side_right: Tensor, side_left: Tensor) -> List[Tensor]:
    # [lanes, r + q, in] and [lanes, out, r + q]: the same side factors in every lane
    lanes = right.size(0)
    rights = torch.cat([right, torch.expand(torch.unsqueeze(side_right, 0), [lanes, -1, -1])], 1)
    lefts = torch.cat([left, torch.expand(torch.unsqueeze(side_left, 0), [lanes, -1, -1])], 2)
    return [rights, lefts]

  def lane_product(self, left: Tensor, right: Tensor) -> Tensor:
    # left [lanes, rows, k] through right [lanes or fewer, k, r]
    by_lane = torch.reshape(left, [right.size(0), -1, left.size(2)])
    return torch.reshape(torch.matmul(by_lane, right), [left.size(0), -1, right.size(2)])

  def lane_product_transposed(self, left: Tensor, right: Tensor) -> Tensor:
    return self.lane_product(left, torch.transpose(right, 1, 2))

  def lane_scale_columns(self, m: Tensor, diagonal: Tensor) -> Tensor:
    # m [lanes, rows, r] * diagonal [lanes or fewer, r]
    by_lane = torch.reshape(m, [diagonal.size(0), -1, m.size(2)])
    return torch.reshape(torch.mul(by_lane, torch.unsqueeze(diagonal, 1)), [m.size(0), -1, m.size(2)])

  def lane_scale_rows(self, m: Tensor, diagonal: Tensor) -> Tensor:
    # m [lanes, out, r] * diagonal [lanes, out]
    return torch.mul(m, torch.unsqueeze(diagonal, 2))

  def rows_times(self, x: Tensor, w: Tensor, lanes: int) -> Tensor:
    # x [rows, k] through w [lanes or fewer, k, r] as [lanes, rows of a lane, r]
    if torch.eq(w.size(0), 1):
      product = torch.mm(x, w[0])
    else:
      product = torch.bmm(torch.reshape(x, [w.size(0), -1, x.size(1)]), w)
    return torch.reshape(product, [lanes, -1, w.size(2)])

  def rows_times_transposed(self, x: Tensor, w: Tensor, lanes: int) -> Tensor:
    return self.rows_times(x, torch.transpose(w, 1, 2), lanes)

  def lane_cross(self, u: Tensor, v: Tensor, lanes: int, scale: float) -> Tensor:
    # scale * u'v of each lane's rows [lanes, columns of u, columns of v]
    us = torch.reshape(u, [lanes, -1, u.size(-1)])
    vs = torch.reshape(v, [lanes, -1, v.size(-1)])
    return torch.mul_(torch.bmm(torch.transpose(us, 1, 2), vs), scale)

  def lane_dot(self, u: Tensor, v: Tensor, lanes: int, scale: float) -> Tensor:
    # scale * the diagonal of u'v of each lane's rows [lanes, columns]
    us = torch.reshape(u, [lanes, -1, u.size(-1)])
    vs = torch.reshape(v, [lanes, -1, v.size(-1)])
    return torch.mul_(torch.sum(torch.mul(us, vs), [1]), scale)

  def scale_lane_columns(self, dy: Tensor, factors: Tensor) -> Tensor:
    # dy [rows, out] * factors [lanes, out]
    by_lane = torch.reshape(dy, [factors.size(0), -1, dy.size(1)])
    return torch.reshape(torch.mul(by_lane, torch.unsqueeze(factors, 1)), [-1, dy.size(1)])

  def allora_factors(self, left: Tensor, right: Tensor, floor: float) -> Tensor:
    # 1 / sqrt(norm of each row of left * right + floor) [lanes, out]
    gram = torch.matmul(right, torch.transpose(right, 1, 2))
    squares = torch.clamp_min(torch.sum(torch.mul(torch.matmul(left, gram), left), [2]), 0.)
    return torch.rsqrt(torch.add(torch.sqrt(squares), floor))

  def scale_columns(self, m: Tensor, factors: Tensor) -> Tensor:
    return torch.mul(m, factors)

  def dora_stretch(self, v: Tensor, magnitude: Tensor) -> Tensor:
    # what the rows of v [out, in] are multiplied by to have the lengths of magnitude [1, out]; a row
    # of zeros has no direction and stays as it is
    norms = torch.sqrt(torch.sum(torch.mul(v, v), [1]))
    return torch.where(torch.gt(norms, 0.), torch.div(magnitude[0], norms), torch.ones_like(norms))

  def dora_fold(self, v: Tensor, stretch: Tensor) -> Tensor:
    return torch.mul(v, torch.unsqueeze(stretch, 1))

  def dora_magnitude_gradient(self, x: Tensor, dy: Tensor, v: Tensor, lanes: int) -> Tensor:
    # by lengths, of rows in the direction of v [out, in]; none where there is no direction
    norms = torch.sqrt(torch.sum(torch.mul(v, v), [1]))
    products = torch.mul(torch.mm(x, torch.t(v)), dy)
    by_lane = torch.sum(torch.reshape(products, [lanes, -1, dy.size(1)]), [1])
    return torch.where(torch.gt(norms, 0.), torch.div(by_lane, norms), torch.zeros_like(by_lane))

  def hadamard_fold(self, w: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    # w (1 + scale * left * right), entry by entry, of the only lane
    change = torch.mul_(torch.mm(left[0], right[0]), scale)
    return torch.mul_(torch.add_(change, 1), w)

  def hadamard_gradients(self, x: Tensor, dy: Tensor, w: Tensor, left: Tensor, right: Tensor, scale: float, lanes: int) -> List[Tensor]:
    # of left and right [1, ...] above, for every lane of x and dy
    xs = torch.reshape(x, [lanes, -1, x.size(1)])
    dys = torch.reshape(dy, [lanes, -1, dy.size(1)])
    by_left = torch.new_zeros(left, [lanes, left.size(1), left.size(2)])
    by_right = torch.new_zeros(right, [lanes, right.size(1), right.size(2)])
    for lane in range(lanes):
      dense = torch.mul_(torch.mm(torch.t(dys[lane]), xs[lane]), w)
      _0 = torch.addmm_(by_left[lane], dense, torch.t(right[0]), beta=1, alpha=scale)
      _1 = torch.addmm_(by_right[lane], torch.t(left[0]), dense, beta=1, alpha=scale)
    return [by_left, by_right]

  def add_dense_gradient(self, total: Tensor, x: Tensor, dy: Tensor) -> Tensor:
    # dL/dW of a whole matrix, for initialisations that ask for it
    return torch.addmm_(total, torch.t(dy), x)

  def add_gram(self, total: Tensor, x: Tensor) -> Tensor:
    # x'x of what enters a layer, for initialisations that ask for it
    return torch.addmm_(total, torch.t(x), x)
