/// Places that were visited, in order, with one of them current, as in a browser.
package struct History<Place> {
    /// What was visited, oldest first; at least one, at most `limit`.
    package private(set) var places: [Place]
    private var index: Int
    private let limit: Int

    /// Begins at a place.
    package init(_ place: Place, limit: Int = 50) {
        places = [place]
        index = 0
        self.limit = max(1, limit)
    }

    /// Where we are.
    package var current: Place {
        get { places[index] }
        set { places[index] = newValue }
    }

    package var canGoBack: Bool { index > 0 }
    package var canGoForward: Bool { index < places.count - 1 }

    /// Goes to a new place; what lay ahead is forgotten, and the oldest where there are too many.
    package mutating func visit(_ place: Place) {
        places.removeSubrange((index + 1)...)
        places.append(place)
        if places.count > limit { places.removeFirst(places.count - limit) }
        index = places.count - 1
    }

    /// Goes one place back; false at the oldest.
    package mutating func goBack() -> Bool {
        guard canGoBack else { return false }
        index -= 1
        return true
    }

    /// Goes one place forward; false at the newest.
    package mutating func goForward() -> Bool {
        guard canGoForward else { return false }
        index += 1
        return true
    }
}
