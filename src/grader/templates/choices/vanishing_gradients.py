"""Why gradients vanish or explode, and what helps.

For the identity as a first value: Le, Jaitly and Hinton, A Simple Way to Initialize Recurrent Networks of Rectified
Linear Units, 2015.
"""

from __future__ import annotations

from grader.templates.choices.items import Item, ItemSet, right, wrong

ITEMS = ItemSet(
    (
        Item(
            "cause",
            r"Why does the gradient of a late loss by an early state vanish in a recurrent network with $\tanh$?",
            (
                right("It is a product of many factors, most of them smaller than one in size."),
                wrong("It is a sum over many steps, most of whose terms cancel.", "sum_for_product"),
                wrong("The states themselves tend to zero.", "small_states_blamed"),
                wrong("The learning rate is too small.", "learning_rate_blamed"),
            ),
        ),
        Item(
            "exploding",
            "The norm of the gradient is now and then a thousand times its usual size. What is the usual remedy?",
            (
                right("to clip the norm of the gradient"),
                wrong("to raise the learning rate", "learning_rate_raised"),
                wrong("to propagate back through more steps", "product_lengthened"),
                wrong("to leave the biases out", "biases_blamed"),
            ),
        ),
        Item(
            "cell_state",
            "What lets a gradient live through many steps of an LSTM?",
            (
                right("The cell state is carried on by a sum, in which the forget gate alone scales the old state."),
                wrong(r"The $\tanh$ of the output has a slope of one everywhere.", "slope_taken_for_one"),
                wrong("The hidden state is carried on without any weights.", "hidden_for_cell_state"),
                wrong("The gradient is clipped to a norm of one at each step.", "clipping_for_vanishing"),
            ),
        ),
        Item(
            "first_weights",
            "The units of a recurrent network are ReLUs with biases of zero. Which first value of the recurrent matrix "
            "hands gradients on through many steps as they are, as long as the units are active?",
            (
                right("the identity matrix"),
                wrong("the zero matrix", "started_at_zero"),
                wrong("a matrix of ones", "started_at_ones"),
                wrong("a matrix with entries drawn between -0.01 and 0.01", "started_small"),
            ),
        ),
        Item(
            "remedies",
            "Which of these help against vanishing gradients in a recurrent network?",
            (
                right("cells with gates, such as LSTM or GRU"),
                right("connections that skip several steps"),
                wrong("clipping the norm of the gradient", "clipping_for_vanishing"),
                wrong(r"the logistic function in place of $\tanh$", "logistic_for_tanh"),
            ),
        ),
        Item(
            "deep_remedies",
            "Which of these help against vanishing gradients in a deep network without recurrence?",
            (
                right("residual connections"),
                right("ReLU in place of the logistic function"),
                wrong("a larger learning rate", "learning_rate_raised"),
                wrong("more layers", "product_lengthened"),
            ),
        ),
        Item(
            "signs",
            "Which observations point to vanishing gradients, and not to exploding ones?",
            (
                right("The network learns what depends on the last few steps, and nothing that lies further back."),
                right("The gradient by the first layers is far smaller than by the last ones."),
                wrong("The loss becomes NaN.", "overflow_for_vanishing"),
                wrong("The weights jump far from one update to the next.", "jumps_for_vanishing"),
            ),
        ),
    ),
    {
        "sum_for_product": "by taking the sum over steps for the product along the chain",
        "small_states_blamed": "by taking small states for small slopes; tanh is steepest at zero",
        "learning_rate_blamed": "by taking the size of the update for that of the gradient",
        "learning_rate_raised": "by changing the size of the step, which changes no gradient",
        "product_lengthened": "by lengthening the product that makes gradients vanish or explode",
        "biases_blamed": "by looking at the biases, which are no factor along the chain",
        "slope_taken_for_one": "by taking the slope that tanh has at zero for its slope everywhere",
        "hidden_for_cell_state": "by taking the hidden state for the cell state",
        "clipping_for_vanishing": "by clipping, which makes large gradients smaller and none larger",
        "logistic_for_tanh": "by taking the logistic function, whose slope is at most 1/4",
        "started_at_zero": "by starting where no state depends on the one before",
        "started_at_ones": "by starting with an eigenvalue as large as the number of units",
        "started_small": "by starting with factors far below one",
        "overflow_for_vanishing": "by taking an overflow for the opposite",
        "jumps_for_vanishing": "by taking large gradients for small ones",
    },
)
