import FoundationEssentials
import Store

/// The posture over Microsoft's devices, as a number with its parts and as a line over time.
enum PostureCard {
    /// - Parameter scores: the latest first; nothing is shown without one.
    static func render(_ scores: [EDRStore.Posture]) -> HTML {
        guard let latest = scores.first else { return .empty }
        return """
            <section class="card"><h2>Posture</h2>\
            <dl class="facts">\(Components.fact("Score", "\(Text.tenths(latest.score)) of 100"))\
            \(Components.fact("Devices", Text.grouped(latest.devices)))\
            \(Components.fact("In danger", Text.grouped(latest.highRiskDevices)))\
            \(Components.fact("Open alerts", Text.grouped(latest.activeAlerts)))\
            \(Components.fact("Critical vulnerabilities", Text.grouped(latest.criticalVulnerabilities)))\
            \(Components.fact("Not compliant", Text.grouped(latest.nonCompliantDevices)))\
            \(Components.fact("Calculated", Components.time(latest.at)))</dl>\(line(scores))</section>
            """
    }

    /// Of each day the last score.
    private static func line(_ scores: [EDRStore.Posture]) -> HTML {
        var points: [TrendLine.Point] = []
        var dates: [Date] = []
        for score in scores.reversed() {
            let day = Int((score.at.timeIntervalSince1970 / 86_400).rounded(.down))
            if points.last?.day == day {
                points.removeLast()
                dates.removeLast()
            }
            points.append((day, score.score / 100))
            dates.append(score.at)
        }
        guard points.count > 1, let first = points.first, let last = points.last else {
            return "<p class=\"small muted\">The line over time begins with the second day.</p>"
        }
        let labels = (first: Text.day(dates.first), last: Text.day(dates.last))
        let sentence = """
            Posture from \(labels.first) to \(labels.last): \(Text.percent(first.value)) at first, \
            \(Text.percent(last.value)) at last, \(Text.percent(points.map(\.value).min() ?? 0)) at least, \
            \(Text.percent(points.map(\.value).max() ?? 0)) at most.
            """
        return TrendLine.render(points, until: last.day, labels: labels, sentence: sentence)
    }
}
