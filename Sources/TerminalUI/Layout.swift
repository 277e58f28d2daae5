extension Rect {
    /// Cuts rows off the top: what was cut, and the rest.
    package func splitTop(_ height: Int) -> (top: Rect, rest: Rect) {
        let cut = max(0, min(height, self.height))
        return (
            Rect(x: x, y: y, width: width, height: cut), Rect(x: x, y: y + cut, width: width, height: self.height - cut)
        )
    }

    /// Cuts rows off the bottom: the rest, and what was cut.
    package func splitBottom(_ height: Int) -> (rest: Rect, bottom: Rect) {
        let (top, bottom) = splitTop(self.height - max(0, min(height, self.height)))
        return (top, bottom)
    }

    /// Cuts columns off the left: what was cut, and the rest.
    package func splitLeft(_ width: Int) -> (left: Rect, rest: Rect) {
        let cut = max(0, min(width, self.width))
        return (
            Rect(x: x, y: y, width: cut, height: height),
            Rect(x: x + cut, y: y, width: self.width - cut, height: height)
        )
    }

    /// Cuts columns off the right: the rest, and what was cut.
    package func splitRight(_ width: Int) -> (rest: Rect, right: Rect) {
        let (left, right) = splitLeft(self.width - max(0, min(width, self.width)))
        return (left, right)
    }

    /// Smaller by so many cells on every side.
    package func inset(dx: Int = 0, dy: Int = 0) -> Rect {
        Rect(x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy)
    }

    /// A rectangle of a size in the middle of this one; no larger than this one.
    package func centered(_ size: Size) -> Rect {
        let fitted = Size(width: min(size.width, width), height: min(size.height, height))
        return Rect(
            origin: Point(x: x + (width - fitted.width) / 2, y: y + (height - fitted.height) / 2), size: fitted)
    }
}
