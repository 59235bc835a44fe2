import Store

/// The fields of one form: what was entered before, and what was wrong with it, said beside the field.
package struct FormFields: Sendable {
    /// What is wrong, as a sentence; its field is nil where the problem is of none.
    package struct Problem: Sendable {
        package let field: String?
        package let sentence: String

        package init(field: String?, sentence: String) {
            self.field = field
            self.sentence = sentence
        }
    }

    /// Tells this form's fields from those of the page's other forms.
    let id: String
    private var entered: [String: String] = [:]
    private var problems: [Problem] = []

    package init(_ id: String) { self.id = id }

    /// A form that comes back.
    /// - Parameters:
    ///   - entered: what the visitor wrote, by the names of the fields; nothing secret.
    ///   - names: what the form calls a field that the error knows under another name.
    package init(_ id: String, entered: [String: String], error: StoreError, names: [String: String] = [:]) {
        let problem: Problem =
            switch error {
            case .invalid(let field, let reason):
                Problem(field: names[field] ?? field, sentence: Self.sentence(reason))
            case .notFound(let kind, _): Problem(field: names[kind], sentence: error.message)
            default: Problem(field: nil, sentence: error.message)
            }
        self.init(id, entered: entered, problems: [problem])
    }

    /// A form that comes back for some reasons, or for one that is none of its fields'.
    package init(_ id: String, entered: [String: String], problems: [Problem] = []) {
        self.id = id
        self.entered = entered
        self.problems = problems
    }

    /// Whether the form has come back.
    package var isRefused: Bool { !problems.isEmpty || !entered.isEmpty }

    private static func sentence(_ reason: String) -> String {
        let text = reason.prefix(1).uppercased() + reason.dropFirst()
        return text.hasSuffix(".") ? text : text + "."
    }

    private func sentences(_ field: String) -> [String] { problems.filter { $0.field == field }.map(\.sentence) }

    /// What is wrong where none of the form's own fields is at fault.
    func notice(unless fields: [String]) -> HTML {
        let others = problems.filter { !fields.contains($0.field ?? "") }
        guard !others.isEmpty else { return .empty }
        return "<p class=\"notice error\" role=\"alert\">\(others.map(\.sentence).joined(separator: " "))</p>"
    }

    /// What is wrong with a part of the form that is more than one field.
    func problem(of part: String) -> HTML {
        let sentences = sentences(part)
        guard !sentences.isEmpty else { return .empty }
        return "<p class=\"problem\" role=\"alert\">\(sentences.joined(separator: " "))</p>"
    }

    /// A line to write in.
    /// - Parameters:
    ///   - value: what stands there at first.
    ///   - help: a sentence below it.
    ///   - attributes: of the input besides its name and value, with a space before each.
    func input(
        _ label: String, _ name: String, value: String = "", grows: Bool = false, help: String? = nil,
        _ attributes: HTML = " type=\"text\""
    ) -> HTML {
        field(
            label, name, grows: grows, help: help,
            "<input\(attributes) name=\"\(name)\" value=\"\(entered[name] ?? value)\"\(marks(name, help))>")
    }

    /// A text of many lines.
    func document(
        _ label: String, _ name: String, value: String = "", rows: Int = 12, help: String? = nil,
        _ attributes: HTML = .empty
    ) -> HTML {
        field(
            label, name, grows: true, help: help,
            """
            <textarea class="mono"\(attributes) name="\(name)" rows="\(rows)" spellcheck="false"\(marks(name, help))>
            \(entered[name] ?? value)</textarea>
            """)
    }

    /// A choice.
    func select(
        _ label: String, _ name: String, _ options: [(value: String, label: String)], value: String? = nil,
        help: String? = nil
    ) -> HTML {
        let choices = options.map { Components.option($0.value, $0.label, selected: entered[name] ?? value) }
        return field(
            label, name, grows: false, help: help, "<select name=\"\(name)\"\(marks(name, help))>\(choices)</select>")
    }

    /// A box that is ticked where the form that came back says so: what is not ticked is not sent.
    func check(_ label: String, _ name: String) -> HTML {
        let ticked: HTML = entered[name] == nil ? .empty : " checked"
        return "<label class=\"check\"><input type=\"checkbox\" name=\"\(name)\" value=\"on\"\(ticked)>\(label)</label>"
    }

    private func field(_ label: String, _ name: String, grows: Bool, help: String?, _ control: HTML) -> HTML {
        let sentences = sentences(name)
        let problem: HTML =
            sentences.isEmpty
            ? .empty : "<p class=\"problem\" id=\"\(id)-\(name)-problem\">\(sentences.joined(separator: " "))</p>"
        let explanation = help.map { "<p class=\"help\" id=\"\(id)-\(name)-help\">\($0)</p>" as HTML }
        return """
            <div class="\(grows ? "field grow" : "field")"><label>\(label)\(control)</label>\(problem)\(explanation)</div>
            """
    }

    /// The first field at fault has the focus when the page comes.
    private func marks(_ name: String, _ help: String?) -> HTML {
        let isWrong = problems.contains { $0.field == name }
        let texts = [isWrong ? "\(id)-\(name)-problem" : nil, help == nil ? nil : "\(id)-\(name)-help"].compactMap(
            \.self)
        guard !texts.isEmpty else { return .empty }
        let described: HTML = " aria-describedby=\"\(texts.joined(separator: " "))\""
        guard isWrong else { return described }
        let focus: HTML = problems.first?.field == name ? " autofocus" : .empty
        return " aria-invalid=\"true\"\(described)\(focus)"
    }
}
