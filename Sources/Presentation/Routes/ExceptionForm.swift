import API
import Domain
import FoundationEssentials
import Risk
import Store

/// What a form about an exception sent. Its rules are checked after it is read, so that what breaks one is said
/// beside the field.
struct ExceptionForm {
    static let fields: [Schema.Field] = [
        .field("csrf_token", .string), .field("kind", .cases(of: ExceptionKind.self)),
        .optional("owner", .string(length: 0...10_000)), .field("reason", .string(length: 0...10_000)),
        .field("days", .string(length: 0...20)),
    ]
    private let entered: [String: String]

    /// - Parameter names: of the fields that it has besides.
    init(_ request: RequestReader, more names: [String]) {
        entered = FormFields.entered(request, ["kind", "owner", "reason", "days"] + names)
    }

    /// What is asked for, without what it is about.
    var request: ExceptionRequest {
        get throws(StoreError) {
            guard let days = entered["days"].flatMap({ Int($0) }), 1...10_000 ~= days else {
                throw .invalid(field: "days", reason: "a whole number of days, one at least")
            }
            return ExceptionRequest(
                kind: entered["kind"].flatMap(ExceptionKind.init(rawValue:)) ?? .accepted,
                reason: entered["reason"] ?? "", owner: text("owner"),
                expiresAt: Date().addingTimeInterval(Double(days) * 86_400))
        }
    }

    /// A field that says something.
    func text(_ name: String) -> String? { entered[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The form as it goes back to who filled it in.
    func refused(_ error: StoreError) -> FormFields {
        FormFields(
            "exception", entered: entered, error: error, names: ["expires_at": "days", "vulnerability": "cve_id"])
    }
}
