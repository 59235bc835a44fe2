/// Light or dark as the visitor chose; kept in a cookie, so that pages come right from the start and
/// without scripts.
package enum Appearance: String, CaseIterable, Sendable {
    case automatic = "auto"
    case light, dark

    static let cookieName = "garrison_theme"
    static let path = "/appearance"
    private static let year = 365 * 86_400

    /// From a `Cookie` header; anything unknown is `automatic`.
    package init(cookies: String?) {
        for pair in (cookies ?? "").split(separator: ";") {
            let halves = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if halves.count == 2, halves[0] == Self.cookieName, let kept = Self(rawValue: String(halves[1])) {
                self = kept
                return
            }
        }
        self = .automatic
    }

    var cookie: String { "\(Self.cookieName)=\(rawValue); Path=/; Max-Age=\(Self.year); HttpOnly; SameSite=Lax" }

    /// The attribute of the document's element.
    var attribute: HTML { self == .automatic ? .empty : " data-theme=\"\(rawValue)\"" }

    private var label: String {
        switch self {
        case .automatic: "As the system"
        case .light: "Light"
        case .dark: "Dark"
        }
    }

    private var icon: Icon {
        switch self {
        case .automatic: .contrast
        case .light: .sun
        case .dark: .moon
        }
    }

    /// The three choices as buttons that come back to the page they are on.
    func control(csrfToken: String?, returnTo: String) -> HTML {
        let buttons = Self.allCases.map { choice -> HTML in
            """
            <button name="theme" value="\(choice.rawValue)" aria-pressed="\(choice == self ? "true" : "false")" \
            title="\(choice.label)"><span class="hidden-text">\(choice.label)</span>\(choice.icon.html)</button>
            """
        }
        return """
            <form method="post" action="\(Self.path)"><input type="hidden" name="csrf_token" value="\(csrfToken ?? "")">\
            <input type="hidden" name="return_to" value="\(returnTo)">\
            <div class="themes" role="group" aria-label="Appearance">\(buttons)</div></form>
            """
    }
}
