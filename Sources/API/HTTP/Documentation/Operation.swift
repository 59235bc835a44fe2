import HTTPTypes

/// The Operation Object (OpenAPI 3.1, section 4.8.10) of one route.
struct Operation {
    let route: AnyRoute

    func document(components: inout [String: JSONValue]) -> JSONValue {
        var fields: [JSONValue.Field] = [
            .init("operationId", .string(route.operationID)),
            .init("summary", .string(route.summary)),
            .init("tags", [.string(route.tag)]),
        ]
        if let description { fields.append(.init("description", .string(description))) }
        fields.append(.init("security", security))
        let parameters = parameters(components: &components)
        if !parameters.isEmpty { fields.append(.init("parameters", .array(parameters))) }
        if let body = requestBody(components: &components) { fields.append(.init("requestBody", body)) }
        fields.append(.init("responses", .object(responses(components: &components))))
        return .object(fields)
    }

    private var description: String? {
        var sentences = route.description.isEmpty ? [] : [route.description]
        if case .permission(let permission) = route.access {
            sentences.append(
                "Needs the permission `\(permission.rawValue)` (role \(permission.leastRole.rawValue) or above).")
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private var security: JSONValue {
        route.access == .open ? [] : [["token": []], ["session": []]]
    }

    private func parameters(components: inout [String: JSONValue]) -> [JSONValue] {
        var documents: [JSONValue] = []
        for parameter in route.parameters {
            guard case .object(var schema) = parameter.schema.document(components: &components) else { continue }
            if let value = parameter.defaultValue { schema.append(.init("default", value)) }
            documents.append([
                "name": .string(parameter.name),
                "in": parameter.isInPath ? "path" : "query",
                "required": .bool(parameter.isInPath),
                "description": .string(parameter.summary),
                "schema": .object(schema),
            ])
        }
        if route.method == .post, route.access != .open { documents.append(Self.idempotencyKey) }
        return documents
    }

    private static let idempotencyKey: JSONValue = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "Makes repeating the request safe: the same key and body get the same answer.",
        "schema": ["type": "string", "minLength": 1, "maxLength": 255],
    ]

    private func requestBody(components: inout [String: JSONValue]) -> JSONValue? {
        switch route.body {
        case .none: return nil
        case .json(let schema):
            return Self.content(["application/json"], schema.document(components: &components))
        case .form(let fields):
            return Self.content(
                ["application/x-www-form-urlencoded"], Schema.object(fields).document(components: &components))
        case .stream(let types, let description):
            return Self.content(types, ["description": .string(description)])
        }
    }

    private static func content(_ types: [String], _ schema: JSONValue) -> JSONValue {
        ["required": true, "content": .object(types.map { .init($0, ["schema": schema]) })]
    }

    private func responses(components: inout [String: JSONValue]) -> [JSONValue.Field] {
        let output = route.output
        var success: [JSONValue.Field] = [.init("description", .string(output.description))]
        if !output.headers.isEmpty {
            success.append(
                .init(
                    "headers",
                    .object(
                        output.headers.map {
                            .init($0.name, ["description": .string($0.meaning), "schema": ["type": "string"]])
                        })))
        }
        if let mediaType = output.mediaType {
            let schema = output.schema?.document(components: &components) ?? ["type": "string"]
            success.append(.init("content", .object([.init(mediaType, ["schema": schema])])))
        }
        var responses = [JSONValue.Field(String(output.status.code), .object(success))]
        if output.isConditional {
            responses.append(
                .init("304", ["description": "The client's version, given in If-None-Match, is the current one."]))
        }
        return responses + problems(components: &components)
    }

    /// One response per status, naming the codes that lead to it.
    private func problems(components: inout [String: JSONValue]) -> [JSONValue.Field] {
        let schema = Problem.Document.schema.document(components: &components)
        let byStatus = Dictionary(grouping: route.possibleErrors) { HTTPStatusTable.status(for: $0).code }
        return byStatus.sorted { $0.key < $1.key }.map { status, codes in
            .init(
                String(status),
                [
                    "description": .string("One of: \(codes.sorted().joined(separator: ", "))."),
                    "content": ["application/problem+json": ["schema": schema]],
                ])
        }
    }
}

extension AnyRoute {
    /// The codes of all errors that a request can get: those of every route of its kind, and its own.
    public var possibleErrors: [String] {
        var codes = ["request.unknown_parameter", "rate.exceeded", "request.timed_out"]
        if access != .open { codes += ["authentication.required", "authentication.invalid", "permission.denied"] }
        if !parameters.isEmpty { codes.append("request.invalid_parameter") }
        if isWrite, access != .open { codes.append("csrf.rejected") }
        if method == .post, access != .open { codes += Self.repetitionErrors }
        switch body {
        case .none: break
        case .json:
            codes += ["request.malformed_json", "request.invalid_field", "request.unknown_field"] + Self.bodyErrors
        case .form: codes += ["request.missing_field"] + Self.bodyErrors
        case .stream: codes += Self.bodyErrors
        }
        return Array(Set(codes + errors))
    }

    private static let repetitionErrors = [
        "idempotency_key.invalid", "idempotency_key.reused", "idempotency_key.in_progress",
    ]
    private static let bodyErrors = ["request.too_large", "request.unsupported_media_type", "request.body_timed_out"]
}
