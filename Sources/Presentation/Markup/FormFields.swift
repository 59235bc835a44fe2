import Store

/// The fields of one form: what was entered before, and what was wrong with it, said beside the field.
package struct FormFields: Sendable {
    /// Tells this form's fields from those of the page's other forms.
    let id: String
    private var entered: [String: String] = [:]
    /// The field at fault, nil where the problem is of none, and the sentence.
    private var problem: (field: String?, sentence: String)?

    package init(_ id: String) { self.id = id }

    /// A form that comes back.
    /// - Parameters:
    ///   - entered: what the visitor wrote, by the names of the fields; nothing secret.
    ///   - names: what the form calls a field that the error knows under another name.
    package init(_ id: String, entered: [String: String], error: StoreError, names: [String: String] = [:]) {
        self.id = id
        self.entered = entered
        problem =
            switch error {
            case .invalid(let field, let reason): (names[field] ?? field, Self.sentence(reason))
            case .notFound(let kind, _): (names[kind], error.message)
            default: (nil, error.message)
            }
    }

    /// A form that comes back for a reason that is none of its fields'.
    package init(_ id: String, entered: [String: String]) {
        self.id = id
        self.entered = entered
    }

    /// Whether the form has come back.
    package var isRefused: Bool { problem != nil || !entered.isEmpty }

    private static func sentence(_ reason: String) -> String {
        let text = reason.prefix(1).uppercased() + reason.dropFirst()
        return text.hasSuffix(".") ? text : text + "."
    }

    /// What is wrong where none of the form's own fields is at fault.
    func notice(unless fields: [String]) -> HTML {
        guard let problem, !fields.contains(problem.field ?? "") else { return .empty }
        return "<p class=\"notice error\" role=\"alert\">\(problem.sentence)</p>"
    }

    /// A line to write in.
    /// - Parameters:
    ///   - value: what stands there at first.
    ///   - attributes: of the input besides its name and value, with a space before each.
    func input(
        _ label: String, _ name: String, value: String = "", grows: Bool = false, _ attributes: HTML = " type=\"text\""
    ) -> HTML {
        field(
            label, name, grows: grows,
            "<input\(attributes) name=\"\(name)\" value=\"\(entered[name] ?? value)\"\(marks(name))>")
    }

    /// A text of many lines.
    func document(_ label: String, _ name: String, value: String = "", _ attributes: HTML = .empty) -> HTML {
        field(
            label, name, grows: true,
            """
            <textarea class="mono"\(attributes) name="\(name)" rows="12" spellcheck="false"\(marks(name))>
            \(entered[name] ?? value)</textarea>
            """)
    }

    /// A choice.
    func select(_ label: String, _ name: String, _ options: [(value: String, label: String)], value: String? = nil)
        -> HTML
    {
        let choices = options.map { Components.option($0.value, $0.label, selected: entered[name] ?? value) }
        return field(label, name, grows: false, "<select name=\"\(name)\"\(marks(name))>\(choices)</select>")
    }

    private func field(_ label: String, _ name: String, grows: Bool, _ control: HTML) -> HTML {
        let classes = grows ? "field grow" : "field"
        guard let problem, problem.field == name else {
            return "<div class=\"\(classes)\"><label>\(label)\(control)</label></div>"
        }
        return """
            <div class="\(classes)"><label>\(label)\(control)</label>\
            <p class="problem" id="\(id)-\(name)-problem">\(problem.sentence)</p></div>
            """
    }

    /// The field at fault has the focus when the page comes.
    private func marks(_ name: String) -> HTML {
        guard problem?.field == name else { return .empty }
        return " aria-invalid=\"true\" aria-describedby=\"\(id)-\(name)-problem\" autofocus"
    }
}
