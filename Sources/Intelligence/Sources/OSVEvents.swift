import Domain
import Versions

/// The events of one OSV range, turned into intervals. The schema leaves their order open, so they are
/// sorted by version, as its evaluation algorithm does; where a version is none of the ecosystem's
/// scheme, the publisher's order stands.
/// https://ossf.github.io/osv-schema/#evaluation
struct OSVEvents {
    private(set) var limits = 0
    private var events: [Event] = []

    private struct Event {
        enum Kind: Int {
            // At one version, an end comes before the next beginning.
            case fixed, introduced, lastAffected
        }

        let kind: Kind
        let version: String
    }

    mutating func take(_ reader: JSONReader) throws {
        try reader.object { key in
            switch key {
            case "introduced": events.append(Event(kind: .introduced, version: try reader.string()))
            case "fixed": events.append(Event(kind: .fixed, version: try reader.string()))
            case "last_affected": events.append(Event(kind: .lastAffected, version: try reader.string()))
            case "limit": limits += 1
            default: break
            }
        }
    }

    /// - Parameter scheme: how the ecosystem orders versions; `0` stands before all of them.
    func ranges(_ scheme: VersionScheme) -> [VersionRange] {
        var ranges: [VersionRange] = []
        var isOpen = false
        for event in Self.sorted(events, scheme) {
            switch (event.kind, isOpen) {
            case (.introduced, false):
                ranges.append(VersionRange(introduced: event.version))
                isOpen = true
            // Within an interval that began before.
            case (.introduced, true): continue
            case (_, true):
                Self.close(&ranges[ranges.count - 1], event)
                isOpen = false
            case (.fixed, false):
                // The fix after a last affected version says more than that.
                guard let last = ranges.last, last.lastAffected != nil else { continue }
                Self.close(&ranges[ranges.count - 1], event)
            case (.lastAffected, false): continue
            }
        }
        return ranges
    }

    private static func close(_ range: inout VersionRange, _ event: Event) {
        range.fixed = event.kind == .fixed ? event.version : nil
        range.lastAffected = event.kind == .lastAffected ? event.version : nil
    }

    private static func sorted(_ events: [Event], _ scheme: VersionScheme) -> [Event] {
        if events.count == 1 || inOrder(events, scheme) { return events }
        guard events.allSatisfy({ $0.version == "0" || Versions.isValid($0.version, scheme: scheme) == nil }) else {
            return events
        }
        return events.enumerated().sorted { a, b in
            switch order(a.element, b.element, scheme) {
            case .less: true
            case .greater: false
            case .equal: a.offset < b.offset
            }
        }.map(\.element)
    }

    /// By far the most ranges are: a start and an end behind it.
    private static func inOrder(_ events: [Event], _ scheme: VersionScheme) -> Bool {
        events.count == 2 && events[0].kind == .introduced && events[0].version == "0" && events[1].kind != .introduced
    }

    private static func order(_ a: Event, _ b: Event, _ scheme: VersionScheme) -> VersionOrder {
        if a.version != b.version {
            if a.version == "0" { return .less }
            if b.version == "0" { return .greater }
            if let order = Versions.compare(a.version, b.version, scheme: scheme), order != .equal { return order }
        }
        return a.kind.rawValue == b.kind.rawValue ? .equal : (a.kind.rawValue < b.kind.rawValue ? .less : .greater)
    }
}
