import FoundationEssentials

extension SophosState {
    private enum Asked {
        case right(limit: Int, after: KeysetPage.Position?)
        case wrong(SimulatedAnswer)
    }

    private mutating func ask(
        limit: String?, usual: Int, in range: ClosedRange<Int>, key: String?
    ) -> Asked {
        let limit = limit.map { Int($0) ?? 0 } ?? usual
        guard range.contains(limit) else {
            return .wrong(SophosEnvelope.error(400, "BadRequest", "the size of a page is out of range"))
        }
        guard let key else { return .right(limit: limit, after: nil) }
        guard let position = position(key) else {
            return .wrong(SophosEnvelope.error(account.lostKeyStatus, "BadRequest", "the key is invalid or expired"))
        }
        return .right(limit: limit, after: position)
    }

    /// Opaque to clients, good for a while.
    private func key(_ position: KeysetPage.Position) -> String {
        Data("\(position.key)/\(position.index)/\(now.milliseconds)".utf8).base64EncodedString()
    }

    private mutating func position(_ key: String) -> KeysetPage.Position? {
        guard !dice.losesCursor(), let data = Data(base64Encoded: key) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: "/").compactMap { Int($0) }
        guard parts.count == 3, Double(now.milliseconds - parts[2]) < account.keyLifetime * 1000 else { return nil }
        return KeysetPage.Position(key: parts[0], index: parts[1])
    }

    private func page(
        _ page: KeysetPage, _ limit: Int, _ largest: Int, _ write: (Int, inout JSONText) -> Void
    ) -> SimulatedAnswer {
        var json = JSONText(reserving: page.indices.count * 1_024)
        json.object { json in
            json.array("items") { json in for index in page.indices { write(index, &json) } }
            json.object("pages") { json in
                if let end = page.end, !page.isLast { json.field("nextKey", key(end)) }
                json.field("size", limit)
                json.field("maxSize", largest)
            }
        }
        return .json(200, json)
    }

    mutating func listEndpoints(_ tenant: Int, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard ["full", "summary", "basic"].contains(request.value("view") ?? "summary") else {
            return SophosEnvelope.error(400, "BadRequest", "view is invalid")
        }
        let since = request.value("lastSeenAfter").flatMap { Moment($0) }
        if request.value("lastSeenAfter") != nil, since == nil {
            return SophosEnvelope.error(400, "BadRequest", "lastSeenAfter is invalid")
        }
        switch ask(limit: request.value("pageSize"), usual: 50, in: 1...500, key: request.value("pageFromKey")) {
        case .wrong(let answer): return answer
        case .right(let limit, let after):
            let positions = fleet.endpoints.indices.filter { index in
                let endpoint = fleet.endpoints[index]
                return endpoint.tenant == tenant && !endpoint.isGone
                    && (since == nil || endpoint.seen > since ?? endpoint.seen)
            }
            let isFull = request.value("view") == "full"
            return page(
                KeysetPage(positions.map { .init(key: $0, index: $0) }, after: after, limit: limit), limit, 500
            ) { fleet.writeEndpoint($0, full: isFull, to: &$1) }
        }
    }

    mutating func listAlerts(_ tenant: Int, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard request.value("sort") == nil || request.value("sort") == "raisedAt:asc" else {
            return SophosEnvelope.error(400, "BadRequest", "sort is invalid")
        }
        let since = request.value("from").flatMap { Moment($0) }
        switch ask(limit: request.value("pageSize"), usual: 50, in: 1...1_000, key: request.value("pageFromKey")) {
        case .wrong(let answer): return answer
        case .right(let limit, let after):
            let positions = fleet.alerts.indices.filter { index in
                let alert = fleet.alerts[index]
                return fleet.endpoints[alert.endpoint].tenant == tenant && !alert.isGone
                    && (since == nil || alert.raised >= since ?? alert.raised)
            }
            return page(
                KeysetPage(
                    positions.map { .init(key: fleet.alerts[$0].raised.milliseconds, index: $0) }, after: after,
                    limit: limit), limit, 1_000
            ) { fleet.writeAlert($0, to: &$1) }
        }
    }

    mutating func listEvents(_ tenant: Int, _ request: SimulatedRequest) -> SimulatedAnswer {
        let earliest = now + -account.eventLookback
        var since = earliest
        if let text = request.value("from_date") {
            guard let second = Int(text), second * 1000 >= earliest.milliseconds else {
                return SophosEnvelope.error(
                    account.lookbackStatus, "BadRequest", "from_date must be within the last 24 hours")
            }
            since = Moment(milliseconds: second * 1000)
        }
        switch ask(limit: request.value("limit"), usual: 200, in: 200...1_000, key: request.value("cursor")) {
        case .wrong(let answer): return answer
        case .right(let limit, let after):
            let positions = fleet.events.indices.filter { index in
                let event = fleet.events[index]
                return fleet.endpoints[event.endpoint].tenant == tenant && event.created >= since
            }
            let page = KeysetPage(
                positions.map { .init(key: fleet.events[$0].created.milliseconds, index: $0) }, after: after,
                limit: limit)
            var json = JSONText()
            json.object { json in
                json.field("has_more", !page.isLast)
                json.field("next_cursor", page.end.map(key) ?? "")
                json.array("items") { json in for index in page.indices { fleet.writeEvent(index, to: &json) } }
            }
            return .json(200, json)
        }
    }
}
