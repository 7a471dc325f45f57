// PostGraphile 5 on a book: the functions as GraphQL queries and mutations.
// Beside this file: npm install postgraphile jsonwebtoken, then npx postgraphile (Node 22 or newer).
// In the environment: DATABASE_URL, such as postgresql://authenticator@/book?host=/run/postgresql,
// and JWT_SECRET, the secret that signs the tokens. Make your own by: openssl rand -base64 48

import jwt from 'jsonwebtoken'
import { makePgService } from 'postgraphile/adaptors/pg'
import { GraphQLError } from 'postgraphile/graphql'
import { defaultMaskError } from 'postgraphile/grafserv'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

// A request without a token is anonymous. A token's "role" is schnittwerk_user, with the user's
// uuid as "sub", or schnittwerk_service for a trusted back end. Where there is more than one salon,
// "salon_id" names theirs.
function claimsOf(authorization) {
  if (!authorization) return {}
  try {
    const signed = authorization.replace(/^Bearer /i, '')
    return jwt.verify(signed, process.env.JWT_SECRET, { algorithms: ['HS256'] })
  } catch (error) {
    throw Object.assign(new GraphQLError(error.message), { statusCode: 401 })
  }
}

export default {
  extends: [PostGraphileAmberPreset],

  // The same login as PostgREST's: a member of schnittwerk_gateway and of the three client roles,
  // without rights of its own. Reading the schema needs no more.
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['schnittwerk'] }),
  ],

  grafast: {
    // The transaction settings of each query or mutation.
    context({ node }) {
      const { authorization, 'x-correlation-id': correlationId } = node?.req.headers ?? {}
      const claims = claimsOf(authorization)
      return {
        pgSettings: {
          role: claims.role ?? 'schnittwerk_anon',
          'request.jwt.claims': JSON.stringify(claims),
          'request.headers': JSON.stringify({ 'x-correlation-id': correlationId }),
        },
      }
    },
  },

  grafserv: {
    host: '127.0.0.1', // nginx or the like in front of it limits how often a client may read
    port: 5678,
    graphiql: false,

    // A write answers its refusals. A read raises them, and PostGraphile would hide the reason.
    maskError(error) {
      const { code, message, detail, hint } = error.originalError ?? {}
      if (!/^PT\d{3}$/.test(code)) return defaultMaskError(error)
      return new GraphQLError(message, {
        nodes: error.nodes,
        path: error.path,
        extensions: { code: message, http_status: Number(code.slice(2)), details: detail, hint },
      })
    },
  },
}
