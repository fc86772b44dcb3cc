"""Kinds of recurrent networks: their inputs and outputs in time, their weights, their gates."""

from __future__ import annotations

from grader.templates.choices.items import Item, ItemSet, right, wrong

MANY_TO_ONE, ONE_TO_MANY, ONE_TO_ONE = "many to one", "one to many", "one to one, without a recurrence"
IN_STEP, AT_THE_END = "many to many, an output for each input", "many to many, the outputs after all inputs"

ITEMS = ItemSet(
    (
        Item(
            "grading",
            "A network reads a film review word by word, and then says once how favourable it is. Which kind of "
            "network is this, by its inputs and outputs in time?",
            (
                right(MANY_TO_ONE),
                wrong(ONE_TO_MANY, "sides_swapped"),
                wrong(IN_STEP, "output_at_every_step"),
                wrong(ONE_TO_ONE, "sequence_as_one"),
            ),
        ),
        Item(
            "captions",
            "A network is given a picture once, and writes a sentence about it word by word. Which kind of network is "
            "this, by its inputs and outputs in time?",
            (
                right(ONE_TO_MANY),
                wrong(MANY_TO_ONE, "sides_swapped"),
                wrong(IN_STEP, "input_at_every_step"),
                wrong(ONE_TO_ONE, "sequence_as_one"),
            ),
        ),
        Item(
            "tagging",
            "A network names the part of speech of each word of a text as it reads it. Which kind of network is this, "
            "by its inputs and outputs in time?",
            (
                right(IN_STEP),
                wrong(AT_THE_END, "outputs_wait"),
                wrong(MANY_TO_ONE, "last_output_only"),
                wrong(ONE_TO_MANY, "first_input_only"),
            ),
        ),
        Item(
            "translation",
            "A network reads a sentence to its end before it writes the first word of the translation, which may be "
            "longer or shorter. Which kind of network is this, by its inputs and outputs in time?",
            (
                right(AT_THE_END),
                wrong(IN_STEP, "outputs_in_step"),
                wrong(MANY_TO_ONE, "last_output_only"),
                wrong(ONE_TO_MANY, "first_input_only"),
            ),
        ),
        Item(
            "vanilla",
            r"What is true of a vanilla recurrent network, $h_t = \tanh(W x_t + U h_{t-1} + b)$?",
            (
                right("All steps share the weights $W$, $U$ and $b$."),
                right("It takes sequences of different lengths."),
                wrong("A longer sequence needs more weights.", "weights_for_each_step"),
                wrong("$h_t$ depends on the inputs after step $t$ too.", "later_inputs_seen"),
            ),
        ),
        Item(
            "gates",
            "What is true of cells with gates, of the same number of inputs and units?",
            (
                right("An LSTM hands on a cell state $c_t$ besides the hidden state $h_t$."),
                right("The gates of an LSTM and of a GRU take values between 0 and 1."),
                wrong("A GRU hands on a cell state besides the hidden state.", "cell_state_in_gru"),
                wrong("A GRU has more weights than an LSTM.", "gru_taken_for_larger"),
            ),
        ),
        Item(
            "both_ways",
            "What is true of a bidirectional recurrent network?",
            (
                right("Its output at step $t$ can depend on inputs after step $t$."),
                right("It needs the whole sequence before its outputs are final."),
                wrong("The two directions must share their weights.", "directions_share_weights"),
                wrong("Each direction reads one half of the sequence only.", "sequence_halved"),
            ),
        ),
    ),
    {
        "sides_swapped": "by exchanging what goes in with what comes out",
        "output_at_every_step": "by counting an output at every step, where there is one at the end",
        "input_at_every_step": "by counting an input at every step, where there is one at the beginning",
        "sequence_as_one": "by counting a whole sequence as one input or one output",
        "outputs_wait": "by letting the outputs wait for the last input",
        "outputs_in_step": "by letting each input have its output at once",
        "last_output_only": "by counting the last output alone",
        "first_input_only": "by counting the inputs as one",
        "weights_for_each_step": "by giving each step weights of its own",
        "later_inputs_seen": "by letting a state see ahead, which only a second direction can",
        "cell_state_in_gru": "by giving a GRU the cell state of an LSTM",
        "gru_taken_for_larger": "by counting more sets of weights in a GRU, which has three, than in an LSTM's four",
        "directions_share_weights": "by sharing weights between the directions as between the steps",
        "sequence_halved": "by dividing the sequence between the directions; each reads all of it",
    },
)
