/// One operation on the ``ReferencePage``.
struct ReferenceOperation {
    let route: AnyRoute

    var html: HTMLText {
        """
        <article id="\(route.operationID)">
        <h3><code class="method">\(route.method.rawValue)</code> <code>\(route.path)</code></h3>
        <p><strong>\(route.summary).</strong> \(route.description)</p>
        <p class="access">\(access)</p>
        \(parameters)\(requestBody)
        <h4>Responses</h4>
        <dl>\(responses)</dl>
        <details><summary>Try it</summary>\(form)</details>
        </article>
        """
    }

    private var access: String {
        switch route.access {
        case .open: "Open to everybody."
        case .permission(let permission):
            "Needs the permission \(permission.rawValue): role \(permission.leastRole.rawValue) or above."
        }
    }

    private var parameters: HTMLText {
        guard !route.parameters.isEmpty else { return "" }
        let rows = route.parameters.map { parameter -> HTMLText in
            """
            <tr><th scope="row"><code>\(parameter.name)</code></th><td>\(parameter.isInPath ? "path" : "query")</td>\
            <td>\(type(parameter.schema))</td><td>\(parameter.summary)</td></tr>
            """
        }
        return """
            <h4>Parameters</h4><table><thead><tr><th scope="col">Name</th><th scope="col">In</th>\
            <th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>\(HTMLText(joining: rows))</tbody></table>
            """
    }

    private var requestBody: HTMLText {
        switch route.body {
        case .none: ""
        case .json(let schema): "<h4>Body</h4><pre><code>\(SchemaSketch(schema).text)</code></pre>"
        case .form(let fields): "<h4>Form fields</h4><p>\(fields.map(\.name).joined(separator: ", "))</p>"
        case .stream(let types, let description): "<h4>Body</h4><p>\(types.joined(separator: ", ")): \(description)</p>"
        }
    }

    private var responses: HTMLText {
        let output = route.output
        let sketch: HTMLText = output.schema.map { "<pre><code>\(SchemaSketch($0).text)</code></pre>" } ?? ""
        let success: HTMLText = "<dt>\(String(output.status.code))</dt><dd>\(output.description)\(sketch)</dd>"
        let byStatus = Dictionary(grouping: route.possibleErrors) { HTTPStatusTable.status(for: $0).code }
        let problems = byStatus.sorted { $0.key < $1.key }.map { status, codes -> HTMLText in
            "<dt>\(String(status))</dt><dd><code>\(codes.sorted().joined(separator: " "))</code></dd>"
        }
        return HTMLText(joining: [success] + problems)
    }

    private var form: HTMLText {
        let inputs = route.parameters.map { parameter -> HTMLText in
            let id = "\(route.operationID)-\(parameter.name)"
            let required: HTMLText = parameter.isInPath ? " required" : ""
            return """
                <label for="\(id)">\(parameter.name)</label>\
                <input id="\(id)" name="\(parameter.name)" data-in="\(parameter.isInPath ? "path" : "query")"\(required)>
                """
        }
        return """
            <form class="try" data-method="\(route.method.rawValue)" data-path="\(route.path)" \
            data-type="\(route.body.mediaTypes.first ?? "")">
            \(HTMLText(joining: inputs))\(bodyField)<button>Send</button>
            <output aria-live="polite"></output>
            </form>
            """
    }

    private var bodyField: HTMLText {
        guard !route.body.mediaTypes.isEmpty else { return "" }
        let id = "\(route.operationID)-body"
        let sketch = if case .json(let schema) = route.body { SchemaSketch(schema).text } else { "" }
        return """
            <label for="\(id)">Body</label>\
            <textarea id="\(id)" data-in="body" rows="6" spellcheck="false">\(sketch)</textarea>
            """
    }

    private func type(_ schema: Schema) -> String {
        switch schema {
        case .string(let format, _): format?.rawValue ?? "string"
        case .oneOf(let values): values.joined(separator: " | ")
        case .integer(let range?): "integer, \(range.lowerBound) to \(range.upperBound)"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        default: "value"
        }
    }
}
