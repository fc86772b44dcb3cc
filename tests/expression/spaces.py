"""Spaces like those of real questions, with a key of each."""

from __future__ import annotations

from grader.expression import Formula, Space, call, symbols

U, V, W, W_hh, W_hx, W_hy, h_0, h_1, x, y, t = symbols("U V W W_hh W_hx W_hy h_0 h_1 x y t")
x_1, x_2, x_3, H_0, H_1, H_2, H_3, O_3, y_3 = symbols("x_1 x_2 x_3 H_0 H_1 H_2 H_3 O_3 y_3")
p, gamma = symbols("p gamma")

RNN = Space(
    dict(W_hh=(-1.0, 1.0), W_hx=(-1.0, 1.0), W_hy=(-1.0, 1.0), h_0=(-1.0, 1.0), x=(-2.0, 2.0), t=(0.0, 1.0)),
    dict(h_1=call("tanh", W_hh * h_0 + W_hx * x), y=call("sigma", W_hy * h_1)),
)
BPTT = Space(
    dict.fromkeys(["U", "V", "W", "x_1", "x_2", "x_3", "H_0", "O_3", "y_3"], (-1.0, 1.0)),
    dict(
        H_1=call("tanh", U * x_1 + W * H_0),
        H_2=call("tanh", U * x_2 + W * H_1),
        H_3=call("tanh", U * x_3 + W * H_2),
    ),
)
FOCAL = Space(dict(p=(0.05, 0.95), gamma=(0.5, 4.0)))
SIGMOID = Space(dict(x=(-4.0, 4.0)), dict(S=call("sigma", x)))
PLAIN = Space(dict.fromkeys(["a", "b", "c", "d", "x", "y", "W", "h_1", "h_2"], (0.5, 2.0)))
ERRORS = Space(dict.fromkeys(["e", "e_1", "x"], (0.5, 2.0)))
SPELLED = PLAIN.spelled({"I": "x", "λ": "a"})

RNN_KEY = 2 * (y - t) * y * (1 - y) * W_hy * (1 - h_1**2) * h_0
BPTT_KEY = (O_3 - y_3) * V * (1 - H_3**2) * (H_2 + W * (1 - H_2**2) * H_1)
FOCAL_KEY = gamma * (1 - p) ** (gamma - 1) * call("log", p) - (1 - p) ** gamma / p
SIGMOID_KEY = call("sigma", x) * (1 - call("sigma", x))
KEYS: dict[str, tuple[Space, Formula]] = {
    "rnn": (RNN, RNN_KEY),
    "bptt": (BPTT, BPTT_KEY),
    "focal": (FOCAL, FOCAL_KEY),
    "sigmoid": (SIGMOID, SIGMOID_KEY),
}
