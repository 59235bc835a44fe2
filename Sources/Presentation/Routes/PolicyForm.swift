import API

/// What forms that change a policy share.
struct PolicyForm {
    static let fields: [Schema.Field] = [
        .field("csrf_token", .string), .field("action", .oneOf(["preview", "activate"])),
        .optional("note", .string(length: 0...2000)),
    ]
    let isActivation: Bool
    let note: String

    init(_ request: RequestReader) {
        isActivation = request.form["action"] == "activate"
        note = request.form["note"] ?? ""
    }
}
