import FoundationEssentials
import Inventories

/// Parts of filters in Falcon Query Language.
enum FQL {
    /// What changed then or later; everything without a moment. Times are compared to the millisecond, so the moment
    /// is taken one earlier: a record too many does no harm.
    static func changed(_ field: String, since: Date?) -> String {
        let moment = since.map { RFC3339.string($0.addingTimeInterval(-0.001)) } ?? "1970-01-01T00:00:00.000Z"
        return "\(field):>='\(moment)'"
    }

    static func all(_ terms: String...) -> String { terms.joined(separator: "+") }
}
