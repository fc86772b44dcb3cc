"""Large against small batches.

For the linear scaling rule: Goyal et al., Accurate, Large Minibatch SGD, 2017. For sharp minima: Keskar et al., On
Large-Batch Training for Deep Learning, 2017.
"""

from __future__ import annotations

from grader.templates.choices.items import Item, ItemSet, right, wrong

ITEMS = ItemSet(
    (
        Item(
            "noise",
            "A mini-batch's gradient is the mean over its independent samples. The batch becomes four times as large. "
            "What becomes of the standard deviation of this gradient?",
            (
                right("It is halved."),
                wrong("It becomes a quarter.", "variance_for_deviation"),
                wrong("It stays the same.", "noise_unchanged"),
                wrong("It is doubled.", "sum_for_mean"),
            ),
        ),
        Item(
            "updates",
            "The batch becomes eight times as large, and the number of epochs stays the same. How many updates of the "
            "weights are there then?",
            (
                right("an eighth as many"),
                wrong("as many", "epochs_for_updates"),
                wrong("eight times as many", "ratio_turned_over"),
                wrong(r"$1 / \sqrt{8}$ times as many", "root_of_the_ratio"),
            ),
        ),
        Item(
            "linear_scaling",
            "The batch grows from 256 to 1024 samples. What does the linear scaling rule make of the learning rate?",
            (
                right("four times as much"),
                wrong("twice as much", "root_of_the_ratio"),
                wrong("a quarter", "ratio_turned_over"),
                wrong("nothing: it stays the same", "rate_not_scaled"),
            ),
        ),
        Item(
            "memory",
            "What takes memory in proportion to the batch's size during an update?",
            (
                right("the activations kept for the backward pass"),
                wrong("the weights", "weights_for_activations"),
                wrong("the gradient that the optimiser is given", "gradient_for_each_sample"),
                wrong("the running means that the optimiser keeps of the gradients", "state_for_activations"),
            ),
        ),
        Item(
            "large",
            "What is true of larger batches, everything else left as it is?",
            (
                right("The gradient differs less from batch to batch."),
                right("An epoch has fewer updates."),
                wrong("The result always generalises better.", "noise_only_harmful"),
                wrong("A pass over one batch needs fewer operations.", "operations_for_updates"),
            ),
        ),
        Item(
            "small",
            "What is true of smaller batches, everything else left as it is?",
            (
                right("A pass over one batch needs less memory for activations."),
                right("Their noise can carry the weights out of a sharp minimum."),
                wrong("They keep parallel hardware busier.", "hardware_busier"),
                wrong("The gradient is closer to that of the whole training set.", "noise_turned_over"),
            ),
        ),
        Item(
            "whole_set",
            "Each batch is the whole training set, and the weights follow the plain gradient. What is true?",
            (
                right("An epoch has one update."),
                right("The gradient has no noise from drawing samples."),
                wrong("The order of the samples decides where training ends.", "order_still_matters"),
                wrong("Training ends in the global minimum.", "exact_for_global"),
            ),
        ),
    ),
    {
        "variance_for_deviation": "by taking the variance for the standard deviation",
        "noise_unchanged": "by taking the noise of one sample for that of their mean",
        "sum_for_mean": "by taking the sum over the batch for its mean",
        "epochs_for_updates": "by counting epochs, not updates",
        "ratio_turned_over": "by turning the ratio over",
        "root_of_the_ratio": "by taking the root of the ratio, which belongs to the noise",
        "rate_not_scaled": "by leaving the rate as it was for fewer updates",
        "weights_for_activations": "by counting the weights, which all samples share",
        "gradient_for_each_sample": "by counting a gradient for each sample, where their mean is handed on",
        "state_for_activations": "by counting what has the size of the weights",
        "noise_only_harmful": "by taking the noise of small batches for nothing but harm",
        "operations_for_updates": "by taking fewer updates for fewer operations in each",
        "hardware_busier": "by expecting more to do at once from fewer samples",
        "noise_turned_over": "by taking more noise for less",
        "order_still_matters": "by letting the order matter, which a mean over all samples does not have",
        "exact_for_global": "by taking an exact gradient for a way out of every local minimum",
    },
)
