import FoundationEssentials

extension FalconState {
    /// What a listing is asked for.
    private struct Question {
        var limit: Int
        var filter: FQLExpression?
        var filterText: String
        var isAscending: Bool
        var after: FalconTimeline.Position?
    }

    /// What a listing allows.
    private struct Form {
        let limits: ClosedRange<Int>
        /// Between field and direction.
        let separator: Character
        let sorts: Set<String>
        let fields: Set<String>
        let needsFilter: Bool
    }

    private enum Asked {
        case right(Question)
        case wrong(SimulatedAnswer)
    }

    private mutating func ask(
        _ form: Form, limit: String?, sort: String?, filter: String?, cursor: String?
    ) -> Asked {
        func wrong(_ message: String) -> Asked { .wrong(FalconEnvelope.error(400, message)) }
        var question = Question(limit: 100, filterText: filter ?? "", isAscending: true)
        if let limit {
            guard let number = Int(limit), form.limits.contains(number) else {
                return wrong("limit must be between \(form.limits.lowerBound) and \(form.limits.upperBound)")
            }
            question.limit = number
        }
        if let sort {
            let parts = sort.split(separator: form.separator)
            guard parts.count == 2, form.sorts.contains(String(parts[0])), ["asc", "desc"].contains(parts[1]) else {
                return wrong("invalid sort: \(sort)")
            }
            question.isAscending = parts[1] == "asc"
        }
        if let filter, !filter.isEmpty {
            guard let expression = FQLExpression.parse(filter, fields: form.fields) else {
                return wrong("Invalid filter expression supplied: \(filter)")
            }
            question.filter = expression
        } else if form.needsFilter {
            return wrong("Empty filter supplied. Please supply a valid filter")
        }
        if let cursor, !cursor.isEmpty {
            guard let position = position(cursor) else {
                return .wrong(FalconEnvelope.error(account.lostCursorStatus, "invalid or expired pagination token"))
            }
            question.after = position
        }
        return .right(question)
    }

    /// Opaque to clients, good for a while.
    private func cursor(_ position: FalconTimeline.Position?) -> String {
        guard let position else { return "" }
        return Data("\(position.moment)/\(position.index)/\(now.milliseconds)".utf8).base64EncodedString()
    }

    private mutating func position(_ cursor: String) -> FalconTimeline.Position? {
        guard !dice.losesCursor(), let data = Data(base64Encoded: cursor) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: "/").compactMap { Int($0) }
        guard parts.count == 3, Double(now.milliseconds - parts[2]) < account.cursorLifetime * 1000 else { return nil }
        return FalconTimeline.Position(moment: parts[0], index: parts[1])
    }

    private mutating func hostPage(_ question: Question) -> FalconTimeline.Page {
        let fleet = fleet
        timelines[.hosts, default: FalconTimeline()].update(fleet) {
            fleet.hosts.indices.filter { !fleet.hosts[$0].isGone }.map {
                FalconTimeline.Position(moment: fleet.hosts[$0].modified.milliseconds, index: $0)
            }
        }
        return timelines[.hosts, default: FalconTimeline()].page(
            after: question.after, limit: question.limit, key: question.filterText, isAscending: question.isAscending
        ) { index in
            question.filter?.matches { fleet.hosts[index].value($0) } ?? true
        }
    }

    private mutating func itemPage(_ kind: FalconFleet.Kind, _ question: Question) -> FalconTimeline.Page {
        let items = fleet.items[kind] ?? []
        timelines[kind, default: FalconTimeline()].update(fleet) {
            items.indices.filter { !items[$0].isGone }.map {
                FalconTimeline.Position(moment: items[$0].updated.milliseconds, index: $0)
            }
        }
        return timelines[kind, default: FalconTimeline()].page(
            after: question.after, limit: question.limit, key: question.filterText, isAscending: question.isAscending
        ) { index in
            question.filter?.matches { items[index].value($0) } ?? true
        }
    }

    private static let hosts = Form(
        limits: 1...10_000, separator: ".", sorts: ["modified_timestamp"], fields: ["modified_timestamp", "status"],
        needsFilter: false)

    mutating func listHosts(_ request: SimulatedRequest) -> SimulatedAnswer {
        let asked = ask(
            Self.hosts, limit: request.value("limit"), sort: request.value("sort"), filter: request.value("filter"),
            cursor: request.value("offset"))
        switch asked {
        case .wrong(let answer): return answer
        case .right(let question):
            let page = hostPage(question)
            let next = page.isLast ? "" : cursor(page.end)
            return FalconEnvelope.page(
                reserving: page.indices.count * 2_048,
                paging: { json in
                    json.object("pagination") { json in
                        json.field("total", page.total)
                        json.field("limit", question.limit)
                        if !next.isEmpty { json.field("next", next) }
                    }
                }
            ) { json in for index in page.indices { fleet.writeHost(index, to: &json) } }
        }
    }

    mutating func scrollHosts(_ request: SimulatedRequest) -> SimulatedAnswer {
        let asked = ask(
            Self.hosts, limit: request.value("limit"), sort: request.value("sort"), filter: request.value("filter"),
            cursor: request.value("offset"))
        switch asked {
        case .wrong(let answer): return answer
        case .right(let question):
            let page = hostPage(question)
            let next = page.isLast ? "" : cursor(page.end)
            let expiry = now + account.cursorLifetime
            return FalconEnvelope.page(
                paging: { json in
                    json.object("pagination") { json in
                        json.field("total", page.total)
                        json.field("offset", next)
                        json.field("expires_at", expiry.milliseconds * 1_000_000)
                    }
                }
            ) { json in for index in page.indices { json.value(fleet.hosts[index].id) } }
        }
    }

    mutating func listApplications(_ request: SimulatedRequest) -> SimulatedAnswer {
        let form = Form(
            limits: 1...1_000, separator: "|", sorts: ["last_updated_timestamp"], fields: ["last_updated_timestamp"],
            needsFilter: true)
        return listItems(.applications, form, request) { fleet, index, json in
            fleet.writeApplication(index, to: &json)
        }
    }

    mutating func listVulnerabilities(_ request: SimulatedRequest) -> SimulatedAnswer {
        let form = Form(
            limits: 1...5_000, separator: "|", sorts: ["updated_timestamp", "closed_timestamp"],
            fields: ["updated_timestamp", "created_timestamp", "status"], needsFilter: true)
        let withCVE = request.values("facet").contains("cve")
        return listItems(.vulnerabilities, form, request) { fleet, index, json in
            fleet.writeVulnerability(index, withCVE: withCVE, to: &json)
        }
    }

    /// Pages with `after`, which stands on the last page, too.
    private mutating func listItems(
        _ kind: FalconFleet.Kind, _ form: Form, _ request: SimulatedRequest,
        _ write: (FalconFleet, Int, inout JSONText) -> Void
    ) -> SimulatedAnswer {
        let asked = ask(
            form, limit: request.value("limit"), sort: request.value("sort"), filter: request.value("filter"),
            cursor: request.value("after"))
        switch asked {
        case .wrong(let answer): return answer
        case .right(let question):
            let page = itemPage(kind, question)
            let next = cursor(page.end)
            return FalconEnvelope.page(
                reserving: page.indices.count * 1_024,
                paging: { json in
                    json.object("pagination") { json in
                        json.field("limit", question.limit)
                        json.field("total", page.total)
                        json.field("after", next)
                    }
                }
            ) { json in for index in page.indices { write(fleet, index, &json) } }
        }
    }

    private struct AlertQuestion: Decodable {
        var after: String?
        var filter: String?
        var limit: Int?
        var sort: String?
    }

    mutating func listAlerts(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(AlertQuestion.self, from: Data(request.body)) else {
            return FalconEnvelope.error(400, "invalid request body")
        }
        let form = Form(
            limits: 1...1_000, separator: "|", sorts: ["updated_timestamp", "created_timestamp"],
            fields: ["updated_timestamp", "created_timestamp", "status", "product"], needsFilter: false)
        let asked = ask(
            form, limit: body.limit.map { "\($0)" }, sort: body.sort, filter: body.filter, cursor: body.after)
        switch asked {
        case .wrong(let answer): return answer
        case .right(let question):
            let page = itemPage(.alerts, question)
            let next = page.isLast ? "" : cursor(page.end)
            return FalconEnvelope.page(
                paging: { json in
                    json.object("pagination") { json in
                        json.field("limit", question.limit)
                        json.field("total", page.total)
                        if !next.isEmpty { json.field("after", next) }
                    }
                }
            ) { json in for index in page.indices { fleet.writeAlert(index, to: &json) } }
        }
    }

    mutating func listAssessments(_ request: SimulatedRequest) -> SimulatedAnswer {
        let form = Form(
            limits: 1...1_000, separator: "|", sorts: ["score"], fields: ["score"], needsFilter: true)
        let asked = ask(
            form, limit: request.value("limit"), sort: request.value("sort"), filter: request.value("filter"),
            cursor: request.value("after"))
        switch asked {
        case .wrong(let answer): return answer
        case .right(let question):
            let fleet = fleet
            assessments.update(fleet) {
                fleet.hosts.indices.filter { !fleet.hosts[$0].isGone }.map {
                    FalconTimeline.Position(moment: fleet.assessment(fleet.hosts[$0]), index: $0)
                }
            }
            let page = assessments.page(
                after: question.after, limit: question.limit, key: question.filterText,
                isAscending: question.isAscending
            ) { index in
                question.filter?.matches { _ in .number(Double(fleet.assessment(fleet.hosts[index]))) } ?? true
            }
            let next = page.isLast ? "" : cursor(page.end)
            return FalconEnvelope.page(
                paging: { json in
                    json.object("pagination") { json in
                        json.field("limit", question.limit)
                        json.field("total", page.total)
                        json.field("after", next)
                    }
                }
            ) { json in
                for index in page.indices {
                    json.object { json in
                        json.field("aid", fleet.hosts[index].id)
                        json.field("score", fleet.assessment(fleet.hosts[index]))
                    }
                }
            }
        }
    }
}

extension FalconFleet.Host {
    /// For filters.
    fileprivate func value(_ field: String) -> FQLValue? {
        switch field {
        case "status": .text(status)
        case "modified_timestamp": .moment(modified)
        default: nil
        }
    }
}

extension FalconFleet.Item {
    fileprivate func value(_ field: String) -> FQLValue? {
        switch field {
        case "status": .text(status)
        case "product": .text("epp")
        case "created_timestamp": .moment(created)
        case "updated_timestamp", "last_updated_timestamp": .moment(updated)
        default: nil
        }
    }
}
