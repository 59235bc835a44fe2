import Domain
import FoundationEssentials

/// The pieces that pages are made of.
enum Components {
    /// What stands where a list would, and what to do about it.
    static func empty(_ icon: Icon, _ title: String, _ body: HTML) -> HTML {
        "<div class=\"empty\">\(icon.html)<h2>\(title)</h2><div>\(body)</div></div>"
    }

    /// A label and its value; nothing where the value is missing.
    static func fact(_ label: String, _ value: HTML?, isWide: Bool = false) -> HTML {
        guard let value else { return .empty }
        return "<div\(isWide ? " class=\"wide\"" as HTML : .empty)><dt>\(label)</dt><dd>\(value)</dd></div>"
    }

    static func fact(_ label: String, _ value: String?) -> HTML {
        fact(label, value.flatMap { $0.isEmpty ? nil : "\($0)" as HTML })
    }

    /// How long ago, with the exact time in the tooltip and for programs.
    static func time(_ date: Date?, now: Date = Date()) -> HTML {
        guard let date else { return "<span class=\"muted\">never</span>" }
        return """
            <time datetime="\(date.formatted(.iso8601))" title="\(Text.time(date))">\(Text.age(date, now: now))</time>
            """
    }

    static func endpointLink(_ id: EndpointID, _ hostname: String) -> HTML {
        "<a class=\"strong\" href=\"/endpoints/\(id.description)\">\(hostname)</a>"
    }

    static func vulnerabilityLink(_ cve: String) -> HTML {
        "<a class=\"id strong\" href=\"\(Address.vulnerability(cve))\">\(cve)</a>"
    }

    /// A page elsewhere, which is not told where the visitor comes from.
    static func outside(_ address: String, _ label: String) -> HTML {
        "<a class=\"inline\" rel=\"noreferrer\" href=\"\(address)\">\(label)</a>"
    }

    /// The way back up: links, then the page's own name.
    static func crumbs(_ links: [(label: String, path: String)]) -> HTML {
        let items = links.map { "<li><a href=\"\($0.path)\">\($0.label)</a></li>" as HTML }
        return "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>\(items)</ol></nav>"
    }

    /// Views of one thing, the current one marked.
    static func tabs(_ label: String, _ entries: [(label: String, path: String)], current: String) -> HTML {
        let items = entries.map { entry -> HTML in
            let mark: HTML = entry.path == current ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(entry.path)\"\(mark)>\(entry.label)</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"\(label)\"><ul>\(items)</ul></nav>"
    }

    /// Text to take along: a command, or with `isCommand` false a secret. The button needs a script
    /// and stays hidden without.
    static func copyable(_ text: String, id: String, isCommand: Bool = true) -> HTML {
        """
        <div class="command\(isCommand ? "" : " text")"><code id="\(id)">\(text)</code>\
        <button type="button" class="quiet small" data-copy="\(id)" hidden><span aria-live="polite">Copy</span></button></div>
        """
    }

    /// How much of a list this is, and the way to the rest.
    static func pager(shown: Int, total: Int, first: String?, next: String?) -> HTML {
        let back: HTML? = first.map { "<a class=\"button quiet\" href=\"\($0)\">First page</a>" }
        let more: HTML? = next.map { "<a class=\"button quiet\" rel=\"next\" href=\"\($0)\">Next page</a>" }
        return """
            <nav class="pager" aria-label="Pages"><span>\(Text.grouped(shown)) of \(Text.grouped(total))</span>\
            <div>\(back)\(more)</div></nav>
            """
    }

    static func option(_ value: String, _ label: String, selected: String?) -> HTML {
        "<option value=\"\(value)\"\(value == selected ?? "" ? " selected" as HTML : .empty)>\(label)</option>"
    }

    /// A button that asks once more before it does what cannot be undone; works without scripts.
    /// - Parameters:
    ///   - path: where it leads afterwards, for actions that take it.
    ///   - reason: what the field for the reason is called, for actions that keep one.
    static func confirm(
        _ label: String, action: String, question: String, csrfToken: String, returnTo path: String? = nil,
        reason: String? = nil
    ) -> HTML {
        """
        <details class="confirm"><summary>\(label)</summary><form method="post" action="\(action)">\
        <input type="hidden" name="csrf_token" value="\(csrfToken)">\
        \(path.map { "<input type=\"hidden\" name=\"return_to\" value=\"\($0)\">" as HTML })\
        <p class="small">\(question)</p>\(reason.map { "<label>\($0)<input type=\"text\" name=\"reason\" maxlength=\"1000\"></label>" as HTML })\
        <button class="danger small">\(label)</button></form></details>
        """
    }
}
