/// A cell's place: columns from the left, rows from the top, both from 0.
package struct Point: Hashable, Sendable {
    package var x: Int
    package var y: Int

    /// A place.
    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }

    package static let zero = Point(x: 0, y: 0)
}

/// Columns and rows; never negative.
package struct Size: Hashable, Sendable {
    package var width: Int
    package var height: Int

    /// A size; negative numbers count as 0.
    package init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }

    package var isEmpty: Bool { width == 0 || height == 0 }
}

/// Cells from `origin` on.
package struct Rect: Hashable, Sendable {
    package var origin: Point
    package var size: Size

    /// A rectangle by its corner and size.
    package init(origin: Point, size: Size) {
        self.origin = origin
        self.size = size
    }

    /// A rectangle by its numbers.
    package init(x: Int, y: Int, width: Int, height: Int) {
        self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
    }

    package var x: Int { origin.x }
    package var y: Int { origin.y }
    package var width: Int { size.width }
    package var height: Int { size.height }
    /// The first column that is no longer inside.
    package var maxX: Int { origin.x + size.width }
    /// The first row that is no longer inside.
    package var maxY: Int { origin.y + size.height }
    package var isEmpty: Bool { size.isEmpty }

    /// Whether the place lies inside.
    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    /// What both have in common; empty where they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    /// The rectangle moved.
    package func offset(by point: Point) -> Rect {
        Rect(origin: Point(x: x + point.x, y: y + point.y), size: size)
    }
}
