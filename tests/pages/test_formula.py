import json
import re

import pytest

from grader.pages.letters.fonts import face
from grader.pages.maths.formula import formula
from grader.pages.maths.mathml import mathml

FORMULAS = [
    r"f_t=\sigma(W_f x_t+U_f h_{t-1}+b_f)",
    r"c_t=f_t\odot c_{t-1}+i_t\odot\tilde{c}_t,\quad h_t=o_t\odot\tanh(c_t)",
    r"\begin{aligned} i_t &= \sigma(W_i x_t) & o_t &= b\\ f_t &= \tanh(a) & \tilde{c}_t &= b\end{aligned}",
    r"h_t=(1-z_t)\odot h_{t-1}+z_t\odot\tanh\bigl(W x_t+U(r_t\odot h_{t-1})\bigr)",
    r"\frac{\partial\mathcal{L}}{\partial W}=\sum_{t=1}^{T}\left(\prod_{j}\frac{\partial h_j}{h}\right)",
    r"\left\lVert\frac{\partial h_t}{\partial h_k}\right\rVert\le\prod_{j}\lVert W^{\top}\rVert",
    r"\lVert\operatorname{diag}(a)\rVert\,\bigl|\partial h_T/\partial h_1\bigr|\le|w|^{T-1}",
    r"\operatorname{softmax}(z)_i=\frac{e^{z_i}}{\sum_{j=1}^{K}e^{z_j}}",
    r"\mathcal{L}_{\mathrm{CE}}=-\sum_{c=1}^{C}y_c\log\hat{y}_c",
    r"\ell(y,\hat{y})=-\left[y\log\hat{y}+(1-y)\log(1-\hat{y})\right]",
    r"p_t=\begin{cases}p & \text{if } y=1\\ 1-p & \text{otherwise}\end{cases}",
    r"\mathrm{IoU}(A,B)=\frac{|A\cap B|}{|A\cup B|}",
    r"\mathrm{AP}=\frac{1}{|R|}\sum_{k=1}^{n}P(k)\,\mathbb{1}[y_k=1]",
    r"\mathrm{AP}=\frac{1}{11}\sum_{r\in\{0,0.1,\dots,1\}}\max_{\tilde{r}\ge r}p(\tilde{r})",
    r"m=s\,(n-1)+k-2p+q,\qquad m=\left\lfloor\frac{n+2p-k}{s}\right\rfloor+1",
    r"\begin{bmatrix}i_t\\ f_t\end{bmatrix}=W\begin{pmatrix}h_{t-1}\\ x_t\end{pmatrix}",
    r"J=\begin{bmatrix}\frac{\partial f_1}{\partial x_1}&\cdots\\ \vdots&\ddots\end{bmatrix}",
    r"\hat{y}\;\hat{x}_i\;\tilde{c}_t\;\bar{x}\;\dot{x}\;\vec{v}\;\widehat{AB}\;\overline{xyz}",
    r"f'(x)\;f''(x)\;x'_t\;(W^{\prime})^{2}",
    r"\mathbf{h}_t=\mathbf{W}^{\top}\mathbf{x}+\boldsymbol{\beta},\ \theta\in\mathbb{R}^{n\times m}",
    r"\theta_t=\theta_{t-1}-\frac{\eta\,\hat{m}_t}{\sqrt{\hat{v}_t}+\epsilon}",
    r"\max_{k}P(k)\qquad \operatorname*{arg\,max}_{k}P(y=k\mid x;\theta)",
    r"\mathbb{E}_{x\sim p}\left[\log\frac{p(x)}{q(x)}\right]=D_{\mathrm{KL}}(p\,\|\,q)\ge 0",
    r"\frac{1}{1+\frac{a}{b+\frac{c}{d}}}",
    r"L_2=\sqrt{\sum_{j=1}^{4}\left(a_j-\hat{a}_j\right)^{2}}\qquad \sqrt[3]{x}\qquad\sqrt{x}",
    r"\mathrm{AUC}=\int_0^1\mathrm{TPR}(t)\,\mathrm{d}t\qquad \lim_{n\to\infty}a_n",
    r"\underbrace{W_{hh}^{\top}\operatorname{diag}(1-h_t^2)}_{\partial h_t/\partial h_{t-1}}",
    r"\lVert x\rVert_2^2\quad \|w\|_1\quad |x|\quad \langle u,v\rangle",
    r"y_{i,j}=\sum_{u=0}^{k-1}\sum_{v=0}^{k-1}w_{u,v}\,x_{i+u,\,j+v}+b",
]


@pytest.mark.parametrize("latex", FORMULAS)
@pytest.mark.parametrize("display", [False, True])
def test_the_formulas_of_the_course_are_laid_out(latex: str, display: bool) -> None:
    drawn = formula(latex, 10, display=display)
    known = len(face("math").advance)
    assert drawn.width > 10
    assert drawn.height > 3
    assert all(0 < glyph.number < known for glyph in drawn.glyphs)
    assert drawn.mathml.startswith("<math")


@pytest.mark.parametrize("latex", FORMULAS)
def test_glyphs_stay_within_the_measures(latex: str) -> None:
    drawn = formula(latex, 10, display=True)
    for glyph in drawn.glyphs:
        assert -0.5 < glyph.x * 10 < drawn.width
        assert -drawn.depth - 0.5 < glyph.y * 10 < drawn.height + 0.5


def test_measures_grow_with_the_size() -> None:
    small, large = formula(r"\frac{a}{b}", 5), formula(r"\frac{a}{b}", 10)
    assert (large.width, large.height, large.depth) == (2 * small.width, 2 * small.height, 2 * small.depth)


def test_a_formula_is_laid_out_once() -> None:
    assert formula("a+b", 10) is formula("a+b", 10)


@pytest.mark.parametrize(
    "latex",
    [
        r"\color{red}x",
        r"\cancel{x}",
        r"\unknowncommand x",
        r"\frac{a}",
        "a & b",
        "{" * 40 + "x" + "}" * 40,
        r"\frac{1}{" * 20 + "x" + "}" * 20,
    ],
)
def test_what_cannot_be_drawn_is_an_error_that_names_the_formula(latex: str) -> None:
    with pytest.raises(ValueError, match=re.escape(latex[:30])):
        formula(latex, 10)


def test_a_very_long_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        formula("x+" * 1500, 10)


def test_relations_get_thick_and_binaries_medium_space() -> None:
    spaces = re.findall(r'mspace width="([\d.]+)em"', mathml("a=b+c"))
    assert spaces == ["0.2778", "0.2778", "0.2222", "0.2222"]


def test_a_sign_has_no_space_after_it() -> None:
    assert "mspace" not in mathml("-x")
    assert re.findall(r'mspace width="([\d.]+)em"', mathml("a=-b")) == ["0.2778", "0.2778"]


def test_scripts_are_set_tight() -> None:
    assert "mspace" not in mathml("h_{t-1}")


def test_limits_stand_below_in_a_display_and_beside_in_a_line() -> None:
    assert "<munder>" in mathml(r"\max_k P", display=True)
    assert "<msub>" in mathml(r"\max_k P")


def test_a_large_bracket_is_as_tall_as_what_it_holds() -> None:
    assert (
        formula(r"\left(\frac{a}{b}\right)", 10, display=True).height
        >= formula(r"\frac{a}{b}", 10, display=True).height
    )


def test_the_indicator_one_is_a_single_glyph() -> None:
    assert [glyph.meaning for glyph in formula(r"\mathbb{1}", 10).glyphs] == ["𝟙"]


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_looks_as_it_did_when_it_was_last_looked_at(latex: str) -> None:
    """Another release of the layout's library may move things: look at the pictures, then keep the new ones."""
    from tests.pages.formula_pictures import KEPT, picture  # noqa: PLC0415 - it imports the list above

    assert picture(formula(latex, 10, display=True)) == json.loads(KEPT.read_text("utf-8"))[latex]
