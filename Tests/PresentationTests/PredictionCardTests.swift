import Presentation
import Store
import Testing

/// How a vulnerability's EPSS score went.
@Suite("EPSS over time")
struct PredictionCardTests {
    private static func change(_ day: String, _ probability: Double) -> IntelligenceStore.PredictionChange {
        .init(day: day, probability: probability, percentile: 0.5)
    }

    @Test("the line says in words what it shows, and the values stand in a table")
    func words() {
        let changes = [
            Self.change("2024-05-01", 0.12), Self.change("2024-05-03", 0.03), Self.change("2024-05-11", 0.94),
        ]
        let html = PredictionCard.render(changes, lastDay: "2024-05-21").text
        #expect(
            html.contains(
                "EPSS from 2024-05-01 to 2024-05-21: 12 % at first, 94 % at last, 3.0 % at least, 94 % at most."))
        // Ten days of twenty until the last change; it holds to the end.
        #expect(html.contains("H220.0V14.9H396.0"), "\(html)")
        #expect(html.contains("<summary class=\"small\">3 values</summary>"))
        #expect(html.contains("data-label=\"Within 30 days\">94 %</td>"))
    }

    @Test("one value makes no line, and is told")
    func single() {
        let html = PredictionCard.render([Self.change("2024-05-01", 0.12)], lastDay: "2024-05-21").text
        #expect(!html.contains("<svg") && html.contains("It was 12 % on each day from 2024-05-01 to 2024-05-21."))
        let first = PredictionCard.render([Self.change("2024-05-01", 0.12)], lastDay: nil).text
        #expect(first.contains("on the one day that is loaded, 2024-05-01."))
    }

    @Test("a vulnerability without a score has no card")
    func none() { #expect(PredictionCard.render([], lastDay: nil).text.isEmpty) }
}
