import Connectors

/// Adding an account: the choice of a vendor, and then what it needs.
package enum NewConnectorPage {
    /// The vendors to choose from.
    package static func render() -> HTML {
        let vendors = ConnectorKind.all.map { kind -> HTML in
            """
            <li><a class="strong" href="/connectors/new?kind=\(kind.id)">\(kind.title)</a>\
            <span class="under">needs \(kind.fields.filter(\.isRequired).map { label($0.name) }.joined(separator: ", "))</span></li>
            """
        }
        return """
            \(Components.crumbs([("Connectors", "/connectors")]))
            <div class="heading"><div><h1>Add a connector</h1><p>Which vendor’s account is it?</p></div></div>
            <section class="card"><h2>Vendors</h2><ul class="plain">\(vendors)</ul></section>
            """
    }

    /// What one vendor needs.
    /// - Parameters:
    ///   - form: as it comes back when the vendor, or a field, was refused.
    ///   - problem: what the vendor said.
    package static func render(_ kind: ConnectorKind, form: FormFields, problem: String?, csrfToken: String) -> HTML {
        let required = kind.fields.filter(\.isRequired)
        let others = kind.fields.filter { !$0.isRequired }
        return """
            \(Components.crumbs([("Connectors", "/connectors"), ("Add a connector", "/connectors/new")]))
            <div class="heading"><div><h1>\(kind.title)</h1>\
            <p>The credentials are tried before they are stored; then they are sealed, and never shown again.</p></div></div>
            \(problem.map { "<p class=\"notice error\" role=\"alert\">\($0)</p>" as HTML })
            \(form.notice(unless: ["name"] + kind.fields.map(\.name)))
            <form method="post" action="/connectors">
            <input type="hidden" name="csrf_token" value="\(csrfToken)"><input type="hidden" name="kind" value="\(kind.id)">
            <section class="card"><h2>Account</h2><div class="fields even">
            \(form.input("Name here", "name", value: kind.title, " type=\"text\" required maxlength=\"100\" autocomplete=\"off\""))
            \(required.map { field($0, form) })
            </div></section>
            \(others.isEmpty ? .empty : more(others, form))
            <div class="actions below"><button>Try and add</button></div></form>
            """
    }

    private static func more(_ fields: [ConnectorKind.Field], _ form: FormFields) -> HTML {
        """
        <section class="card"><details\(form.isRefused ? " open" as HTML : .empty)><summary>More settings</summary>\
        <div class="fields even">\(fields.map { field($0, form) })</div></details></section>
        """
    }

    /// One setting of a vendor, with where it is found.
    static func field(
        _ field: ConnectorKind.Field, _ form: FormFields, value: String = "", isRequired: Bool? = nil
    ) -> HTML {
        let type: HTML = field.isSecret ? " type=\"password\"" : " type=\"text\""
        let required: HTML = isRequired ?? field.isRequired ? " required" : .empty
        if field.isDocument {
            return """
                <div class="field grow">\(form.document(label(field.name), field.name, value: value, required))\
                <p class="small muted">\(field.help)</p></div>
                """
        }
        return """
            <div class="field grow">\(form.input(label(field.name), field.name, value: value, grows: true, "\(type)\(required) autocomplete=\"off\" spellcheck=\"false\""))\
            <p class="small muted">\(field.help)</p></div>
            """
    }

    private static let abbreviations: [Substring: String] = [
        "id": "ID", "url": "URL", "urls": "URLs", "cid": "CID", "api": "API", "siem": "SIEM",
    ]

    /// `client_id` as people write it.
    static func label(_ name: String) -> String {
        let words = name.split(separator: "_").map { abbreviations[$0] ?? String($0) }
        let text = words.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
