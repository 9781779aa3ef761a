export { type TokenType } from './accessToken.js';
export { type Clock } from './clock.js';
export {
  type AccessToken,
  type Rejected,
  type RejectionReason,
  type ServerTicket,
  type TicketVerification,
  type Verification,
} from './result.js';
export { type TicketVerifier } from './ticketVerifier.js';
export { TokenVerifier, type VerifierOptions } from './tokenVerifier.js';
export { type ServiceCredential } from './userCenter.js';
