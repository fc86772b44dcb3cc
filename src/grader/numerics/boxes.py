"""Axis-aligned boxes: intersection, union and L2 distance of a pair.

A box is four numbers: corners (x1, y1, x2, y2) with x1 < x2 and y1 < y2, or center (xc, yc, w, h). Coordinates are
continuous: a box from 2 to 5 is 3 wide (Everingham et al., The PASCAL VOC Challenge, IJCV 2010, equation 4, defines the
overlap ratio; its own tool counts pixels inclusively, see `extra`).
"""

from __future__ import annotations

from collections.abc import Sequence

Box = Sequence[float]


def center_to_corners(box: Box) -> tuple[float, float, float, float]:
    """(xc, yc, w, h) → (x1, y1, x2, y2)."""
    xc, yc, w, h = box
    return xc - w / 2, yc - h / 2, xc + w / 2, yc + h / 2


def corners_to_center(box: Box) -> tuple[float, float, float, float]:
    """(x1, y1, x2, y2) → (xc, yc, w, h)."""
    x1, y1, x2, y2 = box
    return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def area(box: Box, extra: float = 0.0) -> float:
    """Area of a box in corners; `extra` is added to each side (1 for the inclusive pixel count)."""
    x1, y1, x2, y2 = box
    return (x2 - x1 + extra) * (y2 - y1 + extra)


def overlaps(a: Box, b: Box) -> tuple[float, float]:
    """The signed overlap of two boxes in corners, in x and in y: negative where there is a gap."""
    return min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])


def intersection(a: Box, b: Box, extra: float = 0.0) -> float:
    """Area that two boxes in corners share: max(0, overlap in x) · max(0, overlap in y).

    >>> intersection((0, 0, 2, 2), (1, 1, 3, 3)), intersection((0, 0, 1, 1), (5, 5, 6, 6))
    (1.0, 0.0)
    """
    across, down = overlaps(a, b)
    return max(0.0, across + extra) * max(0.0, down + extra)


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes in corners, in [0, 1].

    >>> iou((0, 0, 2, 2), (0, 0, 2, 1))
    0.5
    """
    shared = intersection(a, b)
    return shared / (area(a) + area(b) - shared)


def squared_distance(p: Box, q: Box) -> float:
    """Σ (p_j - q_j)² over the four parameters as they are given.

    >>> squared_distance((0, 0, 2, 2), (1, 2, 2, 4))
    9
    """
    return sum((a - b) ** 2 for a, b in zip(p, q, strict=True))
