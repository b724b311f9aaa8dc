import { graphql } from '../generated/index.ts';

export const LOGIN = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      accessToken
      refreshToken
      expiresIn
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const TOKEN_REFRESH = graphql(`
  mutation TokenRefresh($input: TokenRefreshInput!) {
    tokenRefresh(input: $input) {
      accessToken
      refreshToken
      expiresIn
      userErrors {
        message
      }
    }
  }
`);

export const LOGOUT = graphql(`
  mutation Logout {
    logout {
      ok
    }
  }
`);

export const ME = graphql(`
  query Me {
    me {
      id
      email
      firstName
      role
      tenant {
        id
        name
      }
    }
  }
`);
