"""The built-in templates, listed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    multiple_choice,
    residual_block,
    rnn_bptt,
    rnn_forward,
    rnn_sse_gradient,
    svm_margin,
    transposed_conv_matrix,
    transposed_conv_size,
    vanishing_gradient,
    written,
)

TOPICS = ("recurrent networks", "detection", "convolution", "losses", "optimisation", "classical", "words")
"""What the built-in templates are about, in the order in which they are listed."""

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
        multiple_choice,
        written,
    )
}
