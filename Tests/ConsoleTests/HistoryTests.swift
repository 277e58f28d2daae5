import Console
import Testing

@Suite("History")
struct HistoryTests {
    @Test("going back and forward returns to where one was, and a new place forgets what lay ahead")
    func backAndForward() {
        var history = History("agents")
        history.visit("ada")
        history.visit("thread")
        let wentBack = history.goBack()
        #expect(wentBack)
        #expect(history.current == "ada")
        let wentForward = history.goForward()
        #expect(wentForward)
        #expect(history.current == "thread")
        let wentFurther = history.goForward()
        #expect(!wentFurther)
        _ = history.goBack()
        history.visit("live")
        #expect(!history.canGoForward)
        #expect(history.places == ["agents", "ada", "live"])
    }

    @Test("the oldest places are forgotten past the limit")
    func limited() {
        var history = History(0, limit: 3)
        for place in 1...10 { history.visit(place) }
        #expect(history.places == [8, 9, 10])
        var steps = 0
        while history.goBack() { steps += 1 }
        #expect(steps == 2)
    }
}
