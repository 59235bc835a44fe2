import Domain
import FoundationEssentials
import Risk

/// The pieces that pages are made of.
enum Components {
    /// A risk score with its bar; the number is there for those who do not see the colour.
    static func risk(_ score: Double) -> HTML {
        let band = RiskModel.band(score)?.rawValue ?? "none"
        return """
            <span class="risk \(band)"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="track" width="100" height="8" rx="2"/><rect class="fill" width="\(Text.tenths(score))" height="8" rx="2"/>\
            </svg><b>\(Text.tenths(score))</b></span>
            """
    }

    static func severity(_ severity: Severity?) -> HTML {
        let name = severity?.rawValue ?? "unknown"
        return "<span class=\"badge \(name)\">\(name)</span>"
    }

    static func status(_ status: EndpointStatus, scanned: Bool = true) -> HTML {
        guard scanned else { return "<span class=\"badge unknown\">not scanned yet</span>" }
        let label =
            switch status {
            case .healthy: "healthy"
            case .atRisk: "at risk"
            case .critical: "critical"
            }
        return "<span class=\"badge status-\(status.rawValue)\">\(label)</span>"
    }

    static func findingStatus(_ status: FindingStatus) -> HTML {
        let label = status == .inProgress ? "in progress" : status.rawValue
        return "<span class=\"badge finding-\(status.rawValue)\">\(label)</span>"
    }

    /// The marks that make a vulnerability urgent.
    static func marks(isKnownExploited: Bool, exploitCount: Int) -> HTML {
        var parts: [HTML] = []
        if isKnownExploited {
            parts.append(
                "<span class=\"mark kev\" title=\"In CISA’s catalogue of known exploited vulnerabilities\">exploited</span>"
            )
        }
        if exploitCount > 0 {
            parts.append(
                "<span class=\"mark exploit\" title=\"\(Text.count(exploitCount, "public exploit"))\">exploit public</span>"
            )
        }
        return "\(parts)"
    }

    static func state(_ state: PackageState) -> String? {
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

    /// What stands where a list would, and what to do about it.
    static func empty(_ title: String, _ body: HTML) -> HTML {
        "<div class=\"empty\"><h2>\(title)</h2><p>\(body)</p></div>"
    }

    /// A label and its value; nothing where the value is missing.
    static func fact(_ label: String, _ value: HTML?) -> HTML {
        guard let value else { return .empty }
        return "<div><dt>\(label)</dt><dd>\(value)</dd></div>"
    }

    static func fact(_ label: String, _ value: String?) -> HTML {
        fact(label, value.flatMap { $0.isEmpty ? nil : "\($0)" as HTML })
    }

    static func endpointLink(_ id: EndpointID, _ hostname: String) -> HTML {
        "<a href=\"/endpoints/\(id.description)\">\(hostname)</a>"
    }

    static func vulnerabilityLink(_ cve: String) -> HTML {
        "<a class=\"id\" href=\"/vulnerabilities/\(PathSegment.encode(cve))\">\(cve)</a>"
    }

    /// “Show more”, where there is a next page.
    static func pager(shown: Int, total: Int, next: String?) -> HTML {
        let more: HTML? = next.map { "<a class=\"button\" rel=\"next\" href=\"\($0)\">Next page</a>" }
        return """
            <p class="pager"><span>\(Text.grouped(shown)) of \(Text.grouped(total))</span>\(more)</p>
            """
    }

    static func option(_ value: String, _ label: String, selected: String?) -> HTML {
        "<option value=\"\(value)\"\(value == selected ?? "" ? " selected" as HTML : .empty)>\(label)</option>"
    }
}

/// One segment of a URL's path, percent-encoded (RFC 3986 section 3.3).
enum PathSegment {
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
