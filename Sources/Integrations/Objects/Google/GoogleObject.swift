import FoundationEssentials

/// An object as Google's JSON describes it.
struct GoogleObject: Decodable {
    let name: String
    let size: String?
    let generation: String?
    let updated: String?
    let md5Hash: String?
    let metadata: [String: String]?

    struct Page: Decodable {
        let items: [GoogleObject]?
        let nextPageToken: String?
    }

    /// One that is to be.
    struct New: Encodable {
        let name: String
        let contentType: String
        let md5Hash: String?
        let metadata: [String: String]?
    }

    func stored(as key: ObjectKey) -> StoredObject? {
        guard let generation else { return nil }
        return StoredObject(
            key: key, size: size.flatMap { Int64($0) } ?? 0, version: generation,
            modified: updated.flatMap(WireTime.parse) ?? Date(timeIntervalSince1970: 0), sha256: metadata?["sha256"])
    }
}

extension GoogleStore {
    func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage {
        var query = [
            (name: "prefix", value: location.prefix + prefix), (name: "maxResults", value: String(limit)),
        ]
        if let page { query.append(("pageToken", page)) }
        let request = ObjectRequest(.GET, origin: location.origin, path: location.objects, query: query)
        let found = try decode(GoogleObject.Page.self, try await courier.send(request, .init(.list)).answer)
        let objects = (found.items ?? []).compactMap { item -> StoredObject? in
            guard item.name.hasPrefix(location.prefix),
                let key = ObjectKey(listed: item.name.dropFirst(location.prefix.count))
            else { return nil }
            return item.stored(as: key)
        }
        let next = found.nextPageToken ?? ""
        return ObjectPage(objects: objects, next: next.isEmpty ? nil : next)
    }

    /// Google forgets a session a week after it was begun.
    func discardUnfinishedUploads(before date: Date) async throws -> Int { 0 }

    func lifecycleRule(days: Int) -> LifecycleRule? {
        let text = """
            {
              "rule": [
                {
                  "action": {"type": "Delete"},
                  "condition": {"age": \(days), "matchesPrefix": ["\(location.prefix)"]}
                }
              ]
            }
            """
        return LifecycleRule(
            text: text,
            command: "gcloud storage buckets update gs://\(location.bucket) --lifecycle-file=rule.json")
    }
}
