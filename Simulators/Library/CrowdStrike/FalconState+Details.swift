import FoundationEssentials

extension FalconState {
    private struct IDs: Decodable { var ids: [String] }
    private struct CompositeIDs: Decodable { var composite_ids: [String] }

    func hostDetails(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(IDs.self, from: Data(request.body)),
            (1...5_000).contains(body.ids.count)
        else { return FalconEnvelope.error(400, "between 1 and 5000 ids are required") }
        let found = body.ids.compactMap { fleet.index(of: $0) }
        let missing = body.ids.filter { fleet.index(of: $0) == nil }
        return FalconEnvelope.page(faults: missing.map { (404, "Device not found", $0) }) { json in
            for index in found { fleet.writeHost(index, to: &json) }
        }
    }

    func alertDetails(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(CompositeIDs.self, from: Data(request.body)),
            (1...1_000).contains(body.composite_ids.count)
        else { return FalconEnvelope.error(400, "between 1 and 1000 composite_ids are required") }
        return FalconEnvelope.page { json in
            for id in body.composite_ids {
                if let index = alertIndex(id) { fleet.writeAlert(index, to: &json) }
            }
        }
    }

    func assessmentDetails(_ request: SimulatedRequest) -> SimulatedAnswer {
        let ids = request.values("ids")
        guard (1...1_000).contains(ids.count) else { return FalconEnvelope.error(400, "ids are required") }
        return FalconEnvelope.page { json in
            for id in ids {
                if let index = fleet.index(of: id) { fleet.writeAssessment(index, to: &json) }
            }
        }
    }

    func alertIndex(_ id: String) -> Int? {
        fleet.items[.alerts]?.firstIndex { fleet.alertID($0) == id }
    }
}
