import Domain
import Risk

/// Small labels: a word, a colour, and where there is a scale also a shape.
enum Badge {
    /// Four rising bars, filled up to the severity.
    static func severity(_ severity: Severity?) -> HTML {
        guard let severity else { return "<span class=\"badge unknown\">unrated</span>" }
        let level = (Severity.allCases.firstIndex(of: severity) ?? 0) + 1
        let bars = (1...4).map { bar -> HTML in
            let off: HTML = bar > level ? " class=\"off\"" : ""
            return "<rect\(off) x=\"\(bar * 3 - 3)\" y=\"\(12 - bar * 3)\" width=\"2\" height=\"\(bar * 3)\"/>"
        }
        return """
            <span class="badge \(severity.rawValue)"><svg viewBox="0 0 11 12" aria-hidden="true">\(bars)</svg>\(severity.rawValue)</span>
            """
    }

    static func status(_ status: EndpointStatus, scanned: Bool = true) -> HTML {
        guard scanned else { return "<span class=\"badge unknown\">not scanned yet</span>" }
        let mark: HTML =
            switch status {
            case .healthy: "<circle cx=\"6\" cy=\"6\" r=\"4.5\"/>"
            case .atRisk: "<path d=\"M6 1 11.5 11H.5z\"/>"
            case .critical: "<path d=\"M4 .5h4L11.5 4v4L8 11.5H4L.5 8V4z\"/>"
            }
        return """
            <span class="badge status-\(status.rawValue)"><svg viewBox="0 0 12 12" aria-hidden="true">\(mark)</svg>\(label(status))</span>
            """
    }

    static func label(_ status: EndpointStatus) -> String { status == .atRisk ? "at risk" : status.rawValue }

    static func finding(_ status: FindingStatus) -> HTML {
        "<span class=\"badge finding-\(status.rawValue)\">\(label(status))</span>"
    }

    static func label(_ status: FindingStatus) -> String { status == .inProgress ? "in progress" : status.rawValue }

    /// What makes a vulnerability urgent; empty where nothing does.
    static func exploitation(isKnownExploited: Bool, exploitCount: Int) -> HTML {
        var parts: [HTML] = []
        if isKnownExploited {
            parts.append(
                "<span class=\"badge kev\" title=\"In CISA’s catalogue of known exploited vulnerabilities\">exploited</span>"
            )
        }
        if exploitCount > 0 {
            parts.append(
                "<span class=\"badge exploit\" title=\"\(Text.count(exploitCount, "public exploit"))\">exploit public</span>"
            )
        }
        return parts.isEmpty ? .empty : "<span class=\"badges\">\(parts)</span>"
    }

    /// A risk with its bar; the number is there for those who do not see the bar.
    static func risk(_ score: Double) -> HTML {
        let band = RiskModel.band(score)?.rawValue ?? "none"
        let width = Text.tenths(min(max(score, 0), 100))
        return """
            <span class="risk \(band)"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="track" width="100" height="8" rx="4"/><rect class="fill" width="\(width)" height="8" rx="4"/>\
            </svg><b>\(Text.tenths(score))</b></span>
            """
    }

    /// What the distribution says of a package without a fix.
    static func label(_ state: PackageState) -> String? {
        switch state {
        case .affected: nil
        case .notAffected: "not affected"
        case .noAdvisory: "no advisory planned"
        case .postponed: "fix postponed"
        case .ignored: "will not be fixed"
        case .endOfLife: "out of support"
        case .undetermined: "not examined yet"
        }
    }
}
