import HTTPTypes
import Hummingbird

/// Reads a request's body as the route's contract says: within the size, within the time, of the
/// shape.
struct BodyReading {
    let route: AnyRoute

    /// - Returns: the bytes of bodies that are read whole.
    /// - Throws: ``RequestError``.
    func read(_ exchange: inout Exchange, into reader: inout RequestReader) async throws -> [UInt8] {
        switch route.body {
        case .none: return []
        case .stream:
            reader.stream = try limited(exchange)
            return []
        case .json(let schema):
            let bytes = try await collect(&exchange)
            reader.json = try Self.parse(bytes, schema)
            return bytes
        case .form(let fields):
            let bytes = try await collect(&exchange)
            reader.form = try Self.form(bytes, fields)
            return bytes
        }
    }

    private func limited(_ exchange: Exchange) throws(RequestError) -> LimitedBody {
        let contentType = exchange.request.headers[.contentType]
        guard route.body.accepts(contentType: contentType) else {
            throw .unsupportedMediaType(expected: route.body.mediaTypes)
        }
        let limit = route.limits.bodySize
        if let length = exchange.request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw .tooLarge(limit: limit)
        }
        return LimitedBody(body: exchange.request.body, limit: limit)
    }

    private func collect(_ exchange: inout Exchange) async throws -> [UInt8] {
        let body = try limited(exchange)
        do {
            let bytes = try await Deadline.run(route.limits.timeout, orThrow: .bodyTimedOut) {
                try await body.collect()
            }
            exchange.hasUnreadBody = false
            return bytes
        } catch {
            exchange.hasUnreadBody = true
            throw error
        }
    }

    private static func parse(_ bytes: [UInt8], _ schema: Schema) throws(RequestError) -> JSONValue {
        let value: JSONValue
        do { value = try JSONParser.parse(bytes) } catch { throw RequestError(error) }
        do { try schema.validate(value) } catch { throw RequestError(error) }
        return value
    }

    private static func form(_ bytes: [UInt8], _ fields: [Schema.Field]) throws(RequestError) -> NameValueList {
        if let offset = JSONParser.firstInvalidByte(of: bytes) { throw .invalidUTF8(offset: offset) }
        let text = String(decoding: bytes, as: UTF8.self)
        let form = try NameValueList(encoded: text)
        for pair in form.pairs
        where pair.name != CrossSiteGuard.formField && !fields.contains(where: { $0.name == pair.name }) {
            throw .unknownField(name: pair.name, message: "The form field \(pair.name) is not known here.")
        }
        for field in fields where field.isRequired && form[field.name] == nil { throw .missingField(name: field.name) }
        return form
    }
}
