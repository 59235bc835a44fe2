import Domain
import FoundationEssentials
import Store

/// Actions with what came of them at each source. A script follows those that are under way; without one the page comes
/// again every five seconds.
package enum ActionList {
    /// - Parameters:
    ///   - csrfToken: nil where the visitor may only read.
    ///   - path: where forms lead back to.
    package static func render(_ decisions: [ActionDecision], csrfToken: String?, returnTo path: String) -> HTML {
        guard !decisions.isEmpty else {
            return Components.empty(
                .lost, "Nothing was done yet",
                "<p>Isolations, scans and the like are listed here, with who asked for them and why.</p>")
        }
        let isLive = decisions.contains { $0.status.isUnderWay }
        return """
            <ol class="timeline">\(decisions.map { entry($0, csrfToken, path) })</ol>\
            \(isLive ? "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>" : .empty)
            """
    }

    private static func entry(_ decision: ActionDecision, _ csrfToken: String?, _ path: String) -> HTML {
        let watch: HTML =
            decision.status.isUnderWay
            ? " data-watch=\"/api/actions/\(decision.id.description)\" data-status=\"\(decision.status.rawValue)\""
            : .empty
        return """
            <li\(watch)><span class="strong">\(label(decision.kind))</span> \(Badge.action(decision.status)) \
            <span class="muted">\(Text.time(decision.requestedAt)), by \(decision.requestedBy)\
            \(decision.reason.isEmpty ? "" : ": \(decision.reason)")</span>
            <ul class="small">\(decision.actions.map(source))</ul>\(buttons(decision, csrfToken, path))</li>
            """
    }

    private static func source(_ action: ActionRecord) -> HTML {
        let steps = action.transitions.map { "\(Badge.label($0.status)) \(Text.time($0.at))" }
            .joined(separator: " → ")
        return """
            <li>\(action.source): \(Badge.label(action.status))\(action.message.map { ", \($0)" } ?? "")\
            <span class="under">\(steps)</span></li>
            """
    }

    private static func buttons(_ decision: ActionDecision, _ csrfToken: String?, _ path: String) -> HTML {
        guard let csrfToken else { return .empty }
        func button(_ verb: String, _ label: String) -> HTML {
            """
            <form method="post" action="/actions/\(decision.id.description)/\(verb)">\
            <input type="hidden" name="csrf_token" value="\(csrfToken)">\
            <input type="hidden" name="return_to" value="\(path)"><button class="quiet small">\(label)</button></form>
            """
        }
        var buttons: [HTML] = []
        let canBeAsked = decision.actions.contains {
            ($0.status == .unknown || $0.status == .inProgress) && $0.delivery == .sent && $0.connector != nil
        }
        if canBeAsked { buttons.append(button("check", "Check again")) }
        if decision.actions.contains(where: { $0.status == .pending }) {
            buttons.append(button("withdraw", "Withdraw"))
        }
        return buttons.isEmpty ? .empty : "<div class=\"actions\">\(buttons)</div>"
    }

    static func label(_ kind: String) -> String {
        switch ActionKind(rawValue: kind) {
        case .isolate: "Isolate"
        case .release: "Release"
        case .scan: "Antivirus scan"
        case .runScript: "Run a script"
        case .setAlertStatus: "Set alerts’ status"
        case .sync: "Sync"
        case .updateSignatures: "Update signatures"
        case nil: kind
        }
    }
}

extension Badge {
    static func action(_ status: ActionStatus) -> HTML {
        let style =
            switch status {
            case .pending, .sending, .inProgress: "low"
            case .completed: "status-healthy"
            case .failed: "critical"
            case .unknown: "medium"
            }
        return "<span class=\"badge \(style)\">\(label(status))</span>"
    }

    static func label(_ status: ActionStatus) -> String {
        switch status {
        case .inProgress: "in progress"
        case .completed: "done"
        case .unknown: "outcome unknown"
        case .pending, .sending, .failed: status.rawValue
        }
    }
}
