"""Planets that attract one another."""

BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 39.47841760435743),
    ([4.84143144246472090, -1.16032004402742839, -0.10362204447112311],
     [0.60632639299583202, 2.81198684491626016, -0.02521836165988763], 0.03769367487038949),
    ([8.34336671824457987, 4.12479856412430479, -0.40352341711432138],
     [-1.01077434617879236, 1.82566237123041186, 0.00841576137658415], 0.01128632613196877),
    ([12.8943695621391310, -15.1111514016986312, -0.22330757889265573],
     [1.08279100644153536, 0.86871301816960822, -0.01083263740136364], 0.00172372405705971),
]


def advance(pairs, bodies, dt, steps):
    for _ in range(steps):
        for (p1, v1, m1), (p2, v2, m2) in pairs:
            dx = p1[0] - p2[0]
            dy = p1[1] - p2[1]
            dz = p1[2] - p2[2]
            mag = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            b1, b2 = m2 * mag, m1 * mag
            v1[0] -= dx * b1
            v1[1] -= dy * b1
            v1[2] -= dz * b1
            v2[0] += dx * b2
            v2[1] += dy * b2
            v2[2] += dz * b2
        for position, velocity, _mass in bodies:
            position[0] += dt * velocity[0]
            position[1] += dt * velocity[1]
            position[2] += dt * velocity[2]


def main():
    bodies = [(list(p), list(v), m) for p, v, m in BODIES]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
    advance(pairs, bodies, 0.01, 2000)
    return bodies[0][0]
