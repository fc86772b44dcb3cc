"""The built-in templates, listed by hand, and those of the course's own loaded beside them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.chance import digest
from grader.errors import CourseError, did_you_mean
from grader.template import Template
from grader.templates import (
    activation_derivative,
    average_precision,
    box_iou_l2,
    confusion_matrix,
    derivative_expression,
    elman_bptt,
    feature_normalization,
    focal_loss,
    gradient_clipping,
    gru_forward,
    hebbian_learning,
    lstm_backward,
    lstm_forward,
    lstm_gates,
    minibatch_schedule,
    minibatch_update,
    multilabel_bce,
    residual_block,
    rnn_bptt,
    rnn_forward,
    rnn_sse_gradient,
    svm_margin,
    transposed_conv_matrix,
    transposed_conv_size,
    vanishing_gradient,
)

BUILT_IN: Mapping[str, Template[Any, Any]] = {
    module.TEMPLATE.name: module.TEMPLATE
    for module in (
        lstm_forward,
        average_precision,
        box_iou_l2,
        transposed_conv_size,
        rnn_bptt,
        gru_forward,
        rnn_forward,
        lstm_gates,
        rnn_sse_gradient,
        transposed_conv_matrix,
        focal_loss,
        multilabel_bce,
        confusion_matrix,
        gradient_clipping,
        elman_bptt,
        feature_normalization,
        minibatch_update,
        minibatch_schedule,
        residual_block,
        vanishing_gradient,
        lstm_backward,
        svm_margin,
        hebbian_learning,
        activation_derivative,
        derivative_expression,
    )
}


def load(path: Path) -> Template[Any, Any]:
    """The template that a course's own file defines as TEMPLATE. CourseError: what is wrong with the file."""
    if not path.is_file():
        raise CourseError("there is no such file", file=path)
    spec = importlib.util.spec_from_file_location(f"course_template_{digest(str(path))[:4].hex()}", path)
    if spec is None or spec.loader is None:
        raise CourseError("this is not a Python file", file=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by its name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = getattr(error, "lineno", None) or _last_line(error, path)
        raise CourseError(f"{type(error).__name__}: {error}", file=path, line=line) from error
    template = getattr(module, "TEMPLATE", None)
    if not isinstance(template, Template):
        raise CourseError("the file must define TEMPLATE = Template(...)", file=path)
    return template


def _last_line(error: BaseException, path: Path) -> int | None:
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else None


def all_templates(folder: Path | None = None) -> dict[str, Template[Any, Any]]:
    """The built-in templates and those in `folder` (*.py, not _*.py), by name."""
    found = dict(BUILT_IN)
    for path in sorted(folder.glob("[!_]*.py")) if folder is not None and folder.is_dir() else ():
        template = load(path)
        if template.name in found:
            raise CourseError(f"there is a template '{template.name}' already", file=path)
        found[template.name] = template
    return found


def named(name: str, known: Mapping[str, Template[Any, Any]]) -> Template[Any, Any]:
    """The template of this name. CourseError with the nearest name."""
    if name not in known:
        raise CourseError(f"there is no template '{name}'. {did_you_mean(name, known)}")
    return known[name]
