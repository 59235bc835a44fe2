import Domain
import FoundationEssentials
import Postgres

/// A slice of a list in a stable order, and where the next one starts.
public struct ListPage<Item: Sendable>: Sendable {
    public let items: [Item]
    /// All that match the filters, whatever the slice.
    public let total: Int
    /// Opaque; nil on the last page.
    public let next: String?

    public init(items: [Item], total: Int, next: String?) {
        self.items = items
        self.total = total
        self.next = next
    }
}

/// A position in a keyset order: the sort value of the last row seen and its id. On the wire it is
/// base64url of `value LF id`, opaque to clients.
struct Cursor {
    let value: String
    let id: UUID

    init(value: String, id: UUID) {
        self.value = value
        self.id = id
    }

    /// - Throws: `StoreError.badCursor`.
    init(_ text: String) throws(StoreError) {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        padded += String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let line = String(data: data, encoding: .utf8) else {
            throw .badCursor
        }
        // The id has no LF; a name from outside might.
        guard !line.utf8.contains(0), let end = line.lastIndex(of: "\n"),
            let id = UUID(uuidString: String(line[line.index(after: end)...]))
        else { throw .badCursor }
        value = String(line[..<end])
        self.id = id
    }

    var text: String {
        Data("\(value)\n\(id.uuidString)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// A list's WHERE clause as it grows: conditions with their parameters numbered in order.
struct Conditions {
    private(set) var clauses: [String] = []
    private(set) var parameters: [Value]

    /// - Parameters:
    ///   - tenant: becomes `$1`.
    ///   - parameters: those of another clause of the same statement, whose first is the tenant, too.
    init(tenant: TenantID, column: String = "tenant_id", after parameters: [Value] = []) {
        self.parameters = parameters.isEmpty ? [.id(tenant)] : parameters
        clauses = ["\(column) = $1"]
    }

    /// Adds a condition; each `?` in it stands for the next of `values`.
    mutating func add(_ clause: String, _ values: Value...) {
        var rest = values[...]
        var text = ""
        for character in clause {
            if character == "?", let value = rest.popFirst() {
                text += bind(value)
            } else {
                text.append(character)
            }
        }
        clauses.append(text)
    }

    /// Adds a parameter and gives its place.
    mutating func bind(_ value: Value) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    var sql: String { clauses.joined(separator: "\n  AND ") }
}

/// `text` as a LIKE pattern that matches what contains it.
func containing(_ text: String) -> Value {
    let escaped = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    return .text("%\(escaped)%")
}
